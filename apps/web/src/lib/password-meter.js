// @ts-check

/*
 * Beside a field for a new password: how well it stands up to guessing while it is typed, and a button that shows it.
 * Works on whatever page is shown, also on one that forms.js has put in place.
 */
/** @type {Worker | undefined} */
let worker;

document.addEventListener('focusin', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset['meter']) return;
  offerToShow(target);
  if (worker) return;
  worker = new Worker(target.dataset['meter'], { type: 'module' });
  worker.addEventListener('message', ({ data }) => {
    const field = meteredField();
    if (field && field.value === data.password) say(sentenceFor(field, data.guessesLog10));
  });
});

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset['meter']) return;
  if (lengthOf(target.value) < leastOf(target)) say(sentenceFor(target, 0));
  else worker?.postMessage({ password: target.value, context: contextOf(target.form) });
});

// A page that arrives with the focus on the field.
const field = meteredField();
if (field) offerToShow(field);

function meteredField() {
  const found = document.querySelector('input[data-meter]');
  return found instanceof HTMLInputElement ? found : null;
}

/** @param {HTMLInputElement} field */
const leastOf = (field) => Number(field.dataset['least']);

/** As the server counts: neither typed nor normalised is it to be too short. @param {string} password */
const lengthOf = (password) => Math.min([...password].length, [...password.normalize('NFKC')].length);

/** @param {HTMLInputElement} field @param {number} guessesLog10 */
function sentenceFor(field, guessesLog10) {
  const [length, least] = [lengthOf(field.value), leastOf(field)];
  if (length === 0) return '';
  if (length < least) return `Too short: ${length} of ${least} characters.`;
  if (guessesLog10 < 7.5) return 'Easy to guess: it is among the first that somebody would try.';
  return guessesLog10 < 11 ? 'Fair. Another word would make it good.' : 'Good: hard to guess.';
}

/** @param {string} sentence */
function say(sentence) {
  const place = document.querySelector('#password-strength');
  if (!(place instanceof HTMLElement)) return;
  place.hidden = sentence === '';
  place.textContent = sentence;
}

/** What an attacker knows as well: the site, and who it is. @param {HTMLFormElement | null} form */
function contextOf(form) {
  const ofSite = ['Latchkey', location.hostname, ...location.hostname.split('.')];
  if (!form) return ofSite;
  const data = new FormData(form);
  const ofPerson = [data.get('username'), data.get('email')].flatMap((value) =>
    typeof value === 'string' && value.length > 2 ? [value, ...value.split('@')] : [],
  );
  return [...ofSite, ...ofPerson];
}

/** @param {HTMLInputElement} input */
function offerToShow(input) {
  if (input.parentElement?.querySelector('button')) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet show';
  button.textContent = 'Show the password';
  button.ariaPressed = 'false';
  button.setAttribute('aria-controls', input.id);
  button.addEventListener('click', () => {
    const isShown = input.type === 'text';
    const fields = input.form?.querySelectorAll('input[autocomplete="new-password"]') ?? [];
    for (const each of fields)
      if (each instanceof HTMLInputElement) each.type = isShown ? 'password' : 'text';
    button.ariaPressed = String(!isShown);
    button.textContent = isShown ? 'Show the password' : 'Hide the password';
  });
  input.after(button);
}
