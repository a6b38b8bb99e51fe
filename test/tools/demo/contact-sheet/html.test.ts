import { expect, it } from 'vitest';
import { html, toText, trusted } from '../../../../tools/demo/contact-sheet/html.ts';

it('escapes what is put in, in text and in attributes', () => {
  const hostile = `"><script>alert('1 & 2')</script>`;
  expect(toText(html`<p title="${hostile}">${hostile}</p>`)).toBe(
    '<p title="&#34;&#62;&#60;script&#62;alert(&#39;1 &#38; 2&#39;)&#60;/script&#62;">' +
      '&#34;&#62;&#60;script&#62;alert(&#39;1 &#38; 2&#39;)&#60;/script&#62;</p>',
  );
});

it('shows what would be unseen: control characters and turns of the writing', () => {
  expect(toText(html`${'a\u0000b\u001b[2J\u202egnp.exe'}`)).toBe('a\u{fffd}b\u{fffd}[2J\u{fffd}gnp.exe');
});

it('takes HTML of its own as it is, joins lists and leaves out what is undefined', () => {
  const items = ['<', 1].map((item) => html`<li>${item}</li>`);
  expect(toText(html`<ul>${items}${undefined}</ul>${trusted('<hr>')}`)).toBe(
    '<ul><li>&#60;</li><li>1</li></ul><hr>',
  );
});
