"""Descriptors that repositories on code hosts hold, found without anybody registering them."""
