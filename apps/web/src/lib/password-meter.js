// @ts-check

/*
 * For new-password fields: shows the strength while typing, and adds a button that reveals the password. Also works on
 * pages that forms.js put in place. The input has `data-meter` (URL of the worker) and `data-min-length`.
 */
/** @type {Worker | undefined} */
let worker;

document.addEventListener('focusin', ({ target }) => {
  if (!isMetered(target)) return;
  addRevealButton(target);
  loadWorker(target);
});

document.addEventListener('input', ({ target }) => {
  if (!isMetered(target)) return;
  if (lengthOf(target.value) < readMinLength(target)) showStrength(describe(target, 0));
  else loadWorker(target).postMessage({ password: target.value, context: readFormContext(target.form) });
});

// The page may load with the focus already on the field.
const initialField = meteredField();
if (initialField) addRevealButton(initialField);

/** @param {EventTarget | null} target @returns {target is HTMLInputElement} */
function isMetered(target) {
  return target instanceof HTMLInputElement && Boolean(target.dataset['meter']);
}

/** Starts the worker when it is first needed. @param {HTMLInputElement} input */
function loadWorker(input) {
  if (worker) return worker;
  worker = new Worker(input.dataset['meter'] ?? '', { type: 'module' });
  worker.addEventListener('message', ({ data }) => {
    const field = meteredField();
    // A result for an earlier value is dropped.
    if (field && field.value === data.password) showStrength(describe(field, data.guessesLog10));
  });
  return worker;
}

function meteredField() {
  const found = document.querySelector('input[data-meter]');
  return found instanceof HTMLInputElement ? found : null;
}

/** @param {HTMLInputElement} field */
const readMinLength = (field) => Number(field.dataset['minLength']);

/** Counts like the server: the shorter of the typed and the normalized form. @param {string} password */
const lengthOf = (password) => Math.min([...password].length, [...password.normalize('NFKC')].length);

/** @param {HTMLInputElement} field @param {number} guessesLog10 */
function describe(field, guessesLog10) {
  const [length, minLength] = [lengthOf(field.value), readMinLength(field)];
  if (length === 0) return '';
  if (length < minLength) return `Too short: ${length} of ${minLength} characters.`;
  if (guessesLog10 < 7.5) return 'Weak: easy to guess.';
  return guessesLog10 < 11 ? 'Fair: add another word to make it stronger.' : 'Good: hard to guess.';
}

/** @param {string} text */
function showStrength(text) {
  const status = document.querySelector('#password-strength');
  if (!(status instanceof HTMLElement)) return;
  status.hidden = text === '';
  status.textContent = text;
}

/** Words that an attacker knows: the site's and the user's names. @param {HTMLFormElement | null} form */
function readFormContext(form) {
  const siteWords = ['Latchkey', location.hostname, ...location.hostname.split('.')];
  if (!form) return siteWords;
  const data = new FormData(form);
  const userWords = [data.get('username'), data.get('email')].flatMap((value) =>
    typeof value === 'string' && value.length > 2 ? [value, ...value.split('@')] : [],
  );
  return [...siteWords, ...userWords];
}

/** @param {HTMLInputElement} input */
function addRevealButton(input) {
  if (input.parentElement?.querySelector('button')) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet show';
  button.textContent = 'Show password';
  button.ariaPressed = 'false';
  button.setAttribute('aria-controls', input.id);
  button.addEventListener('click', () => {
    const isRevealed = input.type === 'text';
    const fields = input.form?.querySelectorAll('input[autocomplete="new-password"]') ?? [];
    for (const field of fields)
      if (field instanceof HTMLInputElement) field.type = isRevealed ? 'password' : 'text';
    button.ariaPressed = String(!isRevealed);
    button.textContent = isRevealed ? 'Show password' : 'Hide password';
  });
  input.after(button);
}
