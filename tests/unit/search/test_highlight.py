"""What is marked, and which part of a long text is shown."""

from search.highlight import TAGS, Marker


def mark(text, *words, near=(), max_words=35):
    marked = Marker(words, {"": near}, max_words=max_words).mark(text)
    return marked.replace(TAGS.before, "<").replace(TAGS.after, ">")


def test_marks_whole_words_in_their_spelling():
    assert mark("Cart-Web, carts & CARTON; a la carte", "cart") == "<Cart>-Web, <carts> & <CARTON>; a la <carte>"
    assert mark("handled by carts", "handling") == "<handled> by carts"
    assert mark("payment", "paymnt", near=["payment"]) == "<payment>"
    assert mark("nothing", "cart") == "nothing"


def test_of_a_long_text_the_part_about_the_first_find_is_shown():
    text = " ".join(f"w{number}" for number in range(100))

    assert mark(text, "w50", max_words=8) == "w48 w49 <w50> w51 w52 w53 w54 w55"
    assert mark(text, "w99", max_words=4) == "w96 w97 w98 <w99>"
    assert mark(text, "zebra", max_words=4) == "w0 w1 w2 w3"
