import type { Mail } from '../mail.ts';

/** The site that sends a mail. */
export type Site = { name: string; origin: string };

/** A part of a mail, rendered as text and as HTML. */
export type Part =
  /** A paragraph. */
  | string
  | { button: string; link: string }
  /** Names and values, one pair per line. */
  | { facts: readonly (readonly [string, string])[] };

type Content = { to: string; subject: string; username: string; parts: readonly Part[] };

/** Renders a mail as text and HTML from the same parts. */
export function renderLayout(site: Site, { to, subject, username, parts }: Content): Mail {
  const greeting = `Hello ${singleLine(username)},`;
  // The URL is last: mail clients would include a punctuation mark behind it in the link.
  const signature = `Sent by ${site.name}. Replies to this address are not read.\n${site.origin}`;
  return {
    to,
    subject: `${singleLine(subject)} · ${site.name}`,
    text: `${[greeting, ...parts.map(toText)].join('\n\n')}\n\n-- \n${signature}\n`,
    html: toPage(subject, [paragraph(greeting), ...parts.map(toHtml)].join('\n'), signature),
  };
}

function toText(part: Part): string {
  if (typeof part === 'string') return part;
  if ('button' in part) return `${part.button}:\n${part.link}`;
  return part.facts.map(([name, value]) => `  ${name}: ${singleLine(value)}`).join('\n');
}

function toHtml(part: Part): string {
  if (typeof part === 'string') return paragraph(part);
  if ('button' in part) {
    const link = escape(part.link);
    return `<p style="margin:24px 0"><a href="${link}" class="button" style="${style.button}">${escape(part.button)}</a></p>
<p class="soft" style="${style.small}">If the button does not work, copy this link into your browser:<br><a href="${link}" style="color:#1d4ed8;word-break:break-all">${link}</a></p>`;
  }
  const rows = part.facts
    .map(
      ([name, value]) =>
        `<tr><td class="soft" style="${style.fact}">${escape(name)}</td><td style="padding:4px 0;word-break:break-word">${escape(singleLine(value))}</td></tr>`,
    )
    .join('\n');
  return `<table role="presentation" style="border-collapse:collapse;margin:16px 0;font-size:15px">\n${rows}\n</table>`;
}

const style = {
  button:
    'display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:600',
  small: 'margin:0 0 16px;font-size:13px;line-height:1.5;color:#4b5563',
  fact: 'padding:4px 16px 4px 0;color:#4b5563;vertical-align:top;white-space:nowrap',
};

const paragraph = (text: string) => `<p style="margin:0 0 16px">${escape(text)}</p>`;

/** Styles are inline because many mail clients drop style sheets. Clients that keep them get dark colors. */
function toPage(title: string, body: string, signature: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>@media (prefers-color-scheme: dark) {
body, .sheet { background: #111827 !important; color: #f3f4f6 !important; }
.soft { color: #9ca3af !important; }
a:not(.button) { color: #93c5fd !important; }
}</style>
</head>
<body style="margin:0;background:#f3f4f6;color:#111827;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">
<div class="sheet" style="max-width:560px;margin:0 auto;padding:32px 24px;background:#ffffff">
${body}
<p class="soft" style="margin:32px 0 0;border-top:1px solid #d1d5db;padding-top:16px;font-size:13px;color:#4b5563">${escape(signature)}</p>
</div>
</body>
</html>
`;
}

/** Makes text safe to show: one line, at most 300 characters, no bidirectional controls (Unicode TR 36 §2.10). */
export function singleLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
