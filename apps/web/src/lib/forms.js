// @ts-check

/*
 * Submits forms without a full page load. The server responds with the same page as without JavaScript; its body replaces
 * the current one, and the element with `autofocus` (the first invalid field) gets the focus. Forms that this script does
 * not support are left to the browser. When no answer comes, the page stays as it is, and nothing is sent again by itself.
 */
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || form.target) return;
  if (form.enctype !== 'application/x-www-form-urlencoded' || hasOwnScript(document)) return;
  if (targetOf(form, event.submitter).origin !== location.origin) return;

  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  void send(form, event.submitter);
});

/**
 * The address that a form is sent to. Not its property `action`, which may be a field of that name.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter
 */
function targetOf(form, submitter) {
  const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action');
  return new URL(action ?? '', location.href);
}

/**
 * A script in the body runs only when the browser itself loads the page.
 * @param {Document} page
 */
function hasOwnScript(page) {
  return page.querySelector('body script') !== null;
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function send(form, submitter) {
  const answer = await post(form, submitter);
  removeNotice();
  const isLeaving = answer?.response.redirected && !isAttachment(answer.response);
  if (!isLeaving) form.ariaBusy = null;
  const tryAgain = () => {
    form.requestSubmit(submitter);
  };
  if (!answer) {
    const text = form.dataset.noAnswer ?? 'No answer came, so it is not known whether this was done.';
    showNotice(form, `${text} What you entered is still here.`, tryAgain);
  } else if (answer.page) replacePage(answer.page, answer.response);
  else if (answer.response.redirected) location.assign(answer.response.url);
  else if (!answer.response.ok) {
    showNotice(form, `The site answered with an error (${answer.response.status}).`, tryAgain);
  } else if (answer.file?.size) save(answer.file, answer.response);
}

/** Longer than the server takes to answer or to give up. */
const timeoutMs = 30_000;

/**
 * Posts a form. Its answer is a page or a file.
 * @param {HTMLFormElement} form @param {HTMLElement | null} submitter
 * @returns {Promise<{ response: Response, page?: Document, file?: Blob } | null>} null when no answer came
 */
async function post(form, submitter) {
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort();
  }, timeoutMs);
  try {
    // The cast: the entries of a form without files are strings.
    const entries = /** @type {[string, string][]} */ ([...new FormData(form, submitter)]);
    const response = await fetch(targetOf(form, submitter), {
      method: 'POST',
      headers: { accept: 'text/html' },
      body: new URLSearchParams(entries),
      signal: timeout.signal,
    });
    const answer = isPage(response)
      ? { response, page: new DOMParser().parseFromString(await response.text(), 'text/html') }
      : { response, file: await response.blob() };
    return isFromProxy(answer) ? null : answer;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
function isPage(response) {
  return !isAttachment(response) && /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}

/** Whether browsers save an answer and keep the page. @param {Response} response */
function isAttachment({ headers }) {
  return /^attachment\b/i.test(headers.get('content-disposition') ?? '');
}

/**
 * Whether a proxy answers that it got no answer: only proxies do with 502 and 504, and a page of the site has a `main`.
 * @param {{ response: Response, page?: Document }} answer
 */
function isFromProxy({ response: { status }, page }) {
  return status === 502 || status === 504 || (status === 503 && page?.querySelector('main') === null);
}

/** @param {Document} page @param {Response} response */
function replacePage(page, response) {
  if (hasOwnScript(page)) {
    location.assign(response.url);
    return;
  }
  const address = response.headers.get('content-location') ?? (response.redirected ? response.url : null);
  if (address) history.pushState(null, '', address);
  currentPage = pageOf(location);
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  addScripts(page.head);

  const focused = document.querySelector('[autofocus]') ?? document.querySelector('main');
  if (focused instanceof HTMLElement) focused.focus();
  if (address) scrollTo(0, 0);
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

/** Saves an answer that is not a page, as browsers do for a download. @param {Blob} file @param {Response} response */
function save(file, { headers, url }) {
  const [, name] = /filename="?([^";]+)/i.exec(headers.get('content-disposition') ?? '') ?? [];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name ?? new URL(url).pathname.split('/').pop() ?? '';
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Says in the form that something went wrong, with a button to try again. A form in the header has no room for it.
 * @param {HTMLFormElement} form @param {string} text @param {() => void} tryAgain
 */
function showNotice(form, text, tryAgain) {
  const notice = document.createElement('div');
  notice.id = 'form-notice';
  notice.className = 'message problem';
  notice.role = 'alert';
  notice.ariaLive = 'assertive';
  const place = form.closest('main') ? form : (document.querySelector('main') ?? form);
  place.prepend(notice);

  // Added after the region itself, so that screen readers announce it.
  const sentence = document.createElement('p');
  sentence.textContent = text;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Try again';
  button.addEventListener('click', tryAgain);
  notice.append(sentence, button);
}

function removeNotice() {
  document.querySelector('#form-notice')?.remove();
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
