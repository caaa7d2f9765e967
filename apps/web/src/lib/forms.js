// @ts-check

/*
 * Submits forms without a full page load. The server responds with the same page as without JavaScript; its body replaces
 * the current one, and the element with `autofocus` (the first invalid field) gets the focus. Forms that this script does
 * not support are left to the browser.
 */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || form.target) return;
  if (form.enctype !== 'application/x-www-form-urlencoded' || hasOwnScript(document)) return;

  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  void send(form, event.submitter);
});

/**
 * A script in the body runs only when the browser itself loads the page.
 * @param {Document} page
 */
function hasOwnScript(page) {
  return page.querySelector('body script') !== null;
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function send(form, submitter) {
  try {
    // The cast: the entries of a form without files are strings.
    const entries = /** @type {[string, string][]} */ ([...new FormData(form, submitter)]);
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams(entries),
    });
    replacePage(new DOMParser().parseFromString(await response.text(), 'text/html'), response);
  } catch {
    // No response: the browser submits the form itself and shows its own error page.
    form.submit();
  }
}

/** @param {Document} page @param {Response} response */
function replacePage(page, response) {
  if (hasOwnScript(page)) {
    location.assign(response.url);
    return;
  }
  if (response.redirected) history.pushState(null, '', response.url);
  currentPage = pageOf(location);
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  addScripts(page.head);

  const focused = document.querySelector('[autofocus]') ?? document.querySelector('main');
  if (focused instanceof HTMLElement) focused.focus();
  if (response.redirected) scrollTo(0, 0);
}

/** Adds the scripts of a new page that are not loaded yet. @param {HTMLHeadElement} head */
function addScripts(head) {
  for (const { src } of head.querySelectorAll('script')) {
    if (!src || [...document.scripts].some((script) => script.src === src)) continue;
    const script = document.createElement('script');
    script.type = 'module';
    script.src = src;
    document.head.append(script);
  }
}

/** Going back to a replaced page reloads it. Jumps within a page do not. */
addEventListener('popstate', () => {
  if (pageOf(location) !== currentPage) location.reload();
});

/** @param {Location} location */
function pageOf({ pathname, search }) {
  return pathname + search;
}

let currentPage = pageOf(location);
