// @ts-check

/*
 * Sends forms without a full reload. The server's answer is the same page that a browser without JavaScript gets: this
 * puts it in place of the one on show, and the focus where the page says (`autofocus`: the first field with a problem).
 * Whatever is not understood here is left to the browser.
 */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || form.target) return;
  if (form.enctype !== 'application/x-www-form-urlencoded' || hasProgram(document)) return;

  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  void send(form, event.submitter);
});

/**
 * Whether a page has a program of its own, which runs only where the browser loads the page.
 * @param {Document} page
 */
function hasProgram(page) {
  return page.querySelector('body script') !== null;
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function send(form, submitter) {
  try {
    // The cast: without files, a form's entries are texts.
    const entries = /** @type {[string, string][]} */ ([...new FormData(form, submitter)]);
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams(entries),
    });
    show(new DOMParser().parseFromString(await response.text(), 'text/html'), response);
  } catch {
    // No answer: the browser tries itself, and has a page for what it finds.
    form.submit();
  }
}

/** @param {Document} page @param {Response} response */
function show(page, response) {
  if (hasProgram(page)) {
    location.assign(response.url);
    return;
  }
  if (response.redirected) history.pushState(null, '', response.url);
  shown = pageOf(location);
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  addScripts(page.head);

  const focused = document.querySelector('[autofocus]') ?? document.querySelector('main');
  if (focused instanceof HTMLElement) focused.focus();
  if (response.redirected) scrollTo(0, 0);
}

/** A page may have a script that the page before had not; one that runs already goes on. @param {HTMLHeadElement} head */
function addScripts(head) {
  for (const { src } of head.querySelectorAll('script')) {
    if (!src || [...document.scripts].some((script) => script.src === src)) continue;
    const script = document.createElement('script');
    script.type = 'module';
    script.src = src;
    document.head.append(script);
  }
}

/** Going back to a page that was taken out of the document loads it anew; a jump within the page does not. */
addEventListener('popstate', () => {
  if (pageOf(location) !== shown) location.reload();
});

/** @param {Location} location */
function pageOf({ pathname, search }) {
  return pathname + search;
}

let shown = pageOf(location);
