// Keeps the page of a running task up to date: the event stream says that there is news, and the page brings it.
"use strict";

const MOST_LINES = 5000;
const task = document.querySelector("[data-task]");
const skew = Date.now() - Date.parse(task.dataset.now);
let isOver = false;
let isAsking = false;
let isNews = false;
let stream = null;

const find = (id, root = document) => root.getElementById(id);

async function bringNews() {
  if (isAsking || isOver) {
    isNews = true;
    return;
  }
  isAsking = true;
  isNews = false;
  try {
    const response = await fetch(`${location.pathname}?after=${find("task-log").dataset.last}`);
    if (response.ok) show(new DOMParser().parseFromString(await response.text(), "text/html"));
  } finally {
    isAsking = false;
    // A chatty task is asked about twice a second, not at every line.
    setTimeout(() => isNews && bringNews().catch(waitForMore), 500);
  }
}

function show(page) {
  for (const id of ["task-head", "task-steps"]) {
    const before = find(id);
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(find(id, page));
    if (hadFocus) (find(id).querySelector("button") || find("main")).focus();
  }
  addLines(find("task-log"), find("task-log", page));
  document.title = page.title;
  tick();
  const hasMore = find("task-log", page).dataset.more === "yes";
  if (hasMore) isNews = true;
  else if (find("task-head").dataset.isOver === "yes") end();
}

function addLines(log, news) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const lines = [...news.children];
  if (!lines.length) return;
  log.append(...lines);
  while (log.children.length > MOST_LINES) log.firstElementChild.remove();
  log.dataset.last = news.dataset.last;
  find("task-quiet")?.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function tick() {
  for (const time of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.round((Date.now() - skew - Date.parse(time.dataset.since)) / 1000));
    const rest = seconds % 60;
    time.textContent = seconds < 60 ? `for ${seconds} s` : `for ${(seconds - rest) / 60} min ${rest} s`;
  }
}

function end() {
  isOver = true;
  stream.close();
  clearInterval(clock);
  clearInterval(safety);
}

const waitForMore = () => {};

function listen() {
  stream = new EventSource(`${task.dataset.stream}?after=${find("task-log").dataset.last}`);
  for (const name of ["log", "completion", "cancelled", "recovered"]) {
    stream.addEventListener(name, () => bringNews().catch(waitForMore));
  }
}

const clock = setInterval(tick, 1000);
// Where no stream gets through, and for a task whose events were all known when the page was made.
const safety = setInterval(() => bringNews().catch(waitForMore), 5000);
listen();
tick();
find("task-log").scrollTop = find("task-log").scrollHeight;
