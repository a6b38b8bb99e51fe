import { openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findThreats } from '../../../../services/images/scan-image/find-threats.ts';
import { eicar, plainSvg, svgWithScript } from '../../../pictures/index.ts';
import { hideBehindJpeg } from './hiding-places.ts';
import { openEngines, ruleFiles } from './open-engines.ts';

const engines = openEngines();
const rulesOf = async (bytes: Buffer) => (await findThreats(bytes, engines)).threats.map(({ rule }) => rule);

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const text = (...lines: readonly string[]) => Buffer.from(lines.join('\n'), 'latin1');

function headOf(path: string, bytes: number): Buffer {
  const head = Buffer.alloc(bytes);
  readSync(openSync(path, 'r'), head, 0, bytes, 0);
  return head;
}

const windowsProgram = Buffer.concat([
  text('MZ').subarray(0, 2),
  Buffer.alloc(62),
  hex('50450000 6486 0200 00000000 00000000 00000000 F000 2200 0B02 0E00'),
]);
const zip = Buffer.concat([
  hex('504B0304 1400 0000 0800 0000 2156 11223344 05000000 05000000 0500 0000'),
  text('a.txt'),
]);

/** What is hidden in a picture: rule → hits and near misses. */
const hidden: Readonly<Record<string, { readonly hits: Named; readonly misses: Named }>> = {
  eicar_test_file: {
    hits: { 'the whole text': text(eicar) },
    misses: { 'its readable part': text(eicar.slice(28, 62)), 'its beginning': text(eicar.slice(0, 60)) },
  },
  windows_program: {
    hits: {
      'a program for 64 bits': windowsProgram,
      'what every program says under DOS': text('!This program cannot be run in DOS mode.\r\r\n$'),
      'a shortcut': hex('4C000000 0114020000000000C000000000000046 9B00'),
    },
    misses: {
      'two letters': text('MZ', 'PE\0\0'),
      'a signature without a machine': hex(
        '50450000 1234 0200 00000000 00000000 00000000 F000 2200 0B02 0E00',
      ),
    },
  },
  linux_program: {
    hits: {
      'the program that runs this test': headOf(process.execPath, 64),
      'one for big-endian machines': hex('7F454C46 02 02 01 00 0000000000000000 0002 0015 00000001'),
    },
    misses: { 'four letters': hex('7F454C46 20 69 73 20 61 6E 20 65 78 61 6D 70 6C 65 00 00 00 00') },
  },
  mac_program: {
    hits: {
      'a program for Apple’s processors': hex('CFFAEDFE 0C000001 00000000 02000000 10000000'),
      'one for several processors': hex('CAFEBABE 00000002 01000007 00000003 00004000'),
    },
    misses: { 'a number': hex('CFFAEDFE 12345678 9ABCDEF0 12345678') },
  },
  bytecode: {
    hits: {
      'a Java class': hex('CAFEBABE 00000041 0022 0A0002 0003'),
      WebAssembly: headOf(ruleFiles.wasm, 64),
      'an Android program': text('dex\n035\0'),
    },
    misses: {
      'a number': hex('CAFEBABE DEADBEEF 0022 0A00'),
      'the word for it': text('index\n035'),
      'four letters': hex('0061736D 02000000'),
    },
  },
  shell_script: {
    hits: {
      'for a shell': text('#!/bin/sh', 'rm -rf /'),
      'for an interpreter': text('', '#!/usr/bin/env python3', 'import os'),
      'for the command prompt': text('@ECHO OFF', 'del *.*'),
    },
    misses: {
      'a sentence about one': text('begins with #!/bin/sh as always'),
      'a path': text('#!/home/ada/pictures'),
      'a word': text('@echo offset'),
    },
  },
  windows_script: {
    hits: {
      'an encoded command': text('cmd /c powershell.exe -enc SQBFAFgA'),
      'in UTF-16': Buffer.from('powershell -NoProfile -Command x', 'utf16le'),
      'a shell object': text('Set s = CreateObject("WScript.Shell")'),
    },
    misses: { 'a sentence': text('made with PowerShell - encouraging results') },
  },
  archive_in_picture: {
    hits: {
      ZIP: zip,
      'the end of a ZIP': hex('504B0506 00000000 0100 0100 33000000 28000000 0000'),
      'RAR 4': hex('526172211A0700 CF90730000'),
      'RAR 5': hex('526172211A070100 3392B5E5'),
      '7z': hex('377ABCAF271C 0004 58E5EC9B'),
      tar: Buffer.concat([Buffer.alloc(257), text('ustar\x0000')]),
      'GNU tar': Buffer.concat([Buffer.alloc(257), text('ustar  \0')]),
      xz: hex('FD377A585A00 0004 E6D6B446'),
      bzip2: text('BZh91AY&SY'),
      'a cabinet': hex('4D534346 00000000 10270000 00000000 2C000000 00000000 0301'),
      'a Debian package': text('!<arch>', 'debian-binary'),
      'an office document': hex('D0CF11E0A1B11AE1 00000000'),
    },
    misses: {
      'two letters and two numbers': hex('504B0304 FFFF FFFF FFFF FFFF'),
      'the words for them': text('Rar! 7z ustar BZh9 PK MSCF !<arch>'),
    },
  },
  gzip_in_picture: {
    hits: { 'from the beginning of a piece': gzipSync('hidden') },
    misses: {
      'its first bytes': hex('1F8B08FF FFFFFFFF FFFF'),
      'within others': Buffer.concat([text('ab'), gzipSync('')]),
    },
  },
  script_in_picture: {
    hits: {
      'an element': text('"><SCRIPT src=//example.com></SCRIPT>'),
      'an element in UTF-16': Buffer.from('<script>alert(1)</script>', 'utf16le'),
      'a handler': text('" onerror=alert(1) "'),
      'a handler behind a slash': text('<svg/onload=alert(1)>'),
      'a URL': text('javascript:alert(document.cookie)'),
      'a URL that assigns': text("JavaScript:location='//example.com'"),
      'a call of eval': text('/.*/e', 'eval(atob("YWxlcnQoMSk="))'),
    },
    misses: {
      'the name of the language': text('JavaScript: the good parts (2008)'),
      'a word that ends like it': text('Medieval(1300) retrieval(x)'),
      'a word that begins like it': text('<scripture> Description, Manuscript'),
      'an entity': text('&lt;script&gt;alert&lt;/script&gt;'),
      'an innocent sentence': text('based on load = 5 and click, iconload=1'),
    },
  },
  php: {
    hits: {
      'a program': text('<?php system($cmd); ?>'),
      short: text('<?=$_GET[0]($_POST[1]);?>'),
      'an archive': text('<?xml ?>', '__HALT_COMPILER(); ?>'),
    },
    misses: {
      XML: text('<?xpacket begin="x" id="W5M0MpCehiHzreSzNTczkc9d"?>', '<?phpstorm'),
      'an emoticon': text('<?= :-)'),
    },
  },
  server_code_in_picture: {
    hits: {
      'what it is sent': text('@$_POST["x"]'),
      'what it unpacks': text('base64_decode("ZWNobyAx")'),
      ASP: text('<%eval request("x")%>'),
      'an include': text('<!--#exec cmd="ls" -->'),
    },
    misses: { 'a price': text('$_ 5, <% 10, base64 decode'), 'a comment': text('<!-- #hashtag -->') },
  },
  picture_and_document: {
    hits: { PDF: text('%PDF-1.7', '1 0 obj') },
    misses: { 'the word for it': text('exported as %PDF and PDF-1.7') },
  },
  picture_and_page: {
    hits: { 'a page': text('<!DOCTYPE html><html><p>'), 'a frame': text('<iframe src="//example.com">') },
    misses: {
      'markup of metadata': text('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:li>html</rdf:li><htmlx>'),
    },
  },
};

/** Whole files: rule → hits and near misses. */
const files: Readonly<Record<string, { readonly hits: Named; readonly misses: Named }>> = {
  active_svg: {
    hits: {
      'an element and a handler': svgWithScript,
      'a handler': svg('<rect ONCLICK = "alert(1)"/>'),
      'a handler on the next line': svg('<rect\nonmouseover\n=\n"alert(1)"/>'),
      'a handler that an animation sets': svg('<set attributeName="onmouseover" to="alert(1)"/>'),
      'a script with a prefix': svg('<svg:script>alert(1)</svg:script>'),
      'a URL': svg('<a xlink:href="javascript:alert(1)"><rect/></a>'),
      'a URL written in entities': svg('<a href="&#106;avascript:alert(1)"><rect/></a>'),
      'a URL with a tab in it': svg('<a href="java&Tab;script:alert(1)"><rect/></a>'),
      'a page as a URL': svg('<use href="data:text/html;base64,PHNjcmlwdD4="/>'),
      'foreign objects': svg('<foreignObject><body/></foreignObject>'),
      'a style sheet that is a program': text('<?xml-stylesheet href="x.xsl"?><svg/>'),
      'behind a long comment': text(`<!-- ${'-'.repeat(100_000)} --><svg onload="x()"/>`),
    },
    misses: {
      'a drawing': plainSvg,
      'text and links': svg(
        '<a href="https://example.com/?a=1&#38;b=2"><text>only = on, json="description"</text></a>',
      ),
      'an embedded picture': svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
      'a style': svg('<style>.button:hover { fill: red }</style>'),
    },
  },
  xml_entities: {
    hits: {
      'a file': text('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'),
      'a file by parameter': text(
        '<!DOCTYPE svg [<!ENTITY % x PUBLIC "a" "http://example.com/x.dtd"> %x;]><svg/>',
      ),
      'many laughs': text('<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>'),
    },
    misses: {
      'abbreviations of drawing programs': text(
        '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]><svg/>',
      ),
    },
  },
  active_page: {
    hits: {
      'a script': text('<!DOCTYPE html><p><script>alert(1)</script>'),
      'a handler': text('<html><body onload="alert(1)">'),
    },
    misses: {
      'a still page': text('<!DOCTYPE html><p>Hello'),
      'a text about pages': text('Use <script> wisely.'),
    },
  },
  picture_and_script: {
    hits: {
      'a GIF that assigns': text('GIF89a=1;alert(1);//'),
      'a GIF that comments': Buffer.concat([text('GIF89a/*'), hex('0A00000000'), text('*/=1;alert(1)')]),
      'a JPEG that comments': Buffer.concat([
        hex('FFD8FFE0'),
        text('/*JFIF'),
        Buffer.alloc(10_800),
        text('*/=alert(1)/*'),
      ]),
    },
    misses: {
      'a GIF as wide as a sign': Buffer.concat([text('GIF89a=\0'), hex('3000800000000000')]),
      'a GIF as wide as a comment': Buffer.concat([text('GIF89a/*'), hex('0A00000000'), text('*/')]),
      'a JPEG with a segment as long as a comment': Buffer.concat([
        hex('FFD8FFE1'),
        text('/*Exif'),
        Buffer.alloc(10_800),
      ]),
    },
  },
  archive_in_picture: {
    hits: {},
    // They hide nothing, and are refused for what they are.
    misses: { 'a ZIP by itself': zip, 'a gzip by itself': gzipSync('hello') },
  },
  windows_program: { hits: { 'by itself': windowsProgram }, misses: {} },
};

type Named = Readonly<Record<string, Buffer>>;

function svg(content: string): Buffer {
  return text(`<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`);
}

it('has a hit and a near miss for every rule that is shipped', () => {
  const shipped = readdirSync(ruleFiles.rules)
    .filter((file) => file.endsWith('.yar'))
    .flatMap((file) => readFileSync(join(ruleFiles.rules, file), 'utf8').match(/(?<=^rule )\w+/gm) ?? []);
  expect(shipped.length).toBeGreaterThan(10);
  for (const rule of shipped) {
    const cases = [hidden[rule], files[rule]];
    expect(
      cases.flatMap((one) => Object.keys(one?.hits ?? {})),
      rule,
    ).not.toEqual([]);
    expect(
      cases.flatMap((one) => Object.keys(one?.misses ?? {})),
      rule,
    ).not.toEqual([]);
  }
});

describe.each(Object.entries(hidden))('%s, hidden', (rule, { hits, misses }) => {
  it.each(Object.entries(hits))('hit: %s', async (_, payload) => {
    expect(await rulesOf(hideBehindJpeg(payload))).toContain(rule);
  });
  it.each(Object.entries(misses))('miss: %s', async (_, payload) => {
    expect(await rulesOf(hideBehindJpeg(payload))).toEqual([]);
  });
});

describe.each(Object.entries(files))('%s, as a file', (rule, { hits, misses }) => {
  it.each(Object.entries(hits))('hit: %s', async (_, bytes) => expect(await rulesOf(bytes)).toContain(rule));
  it.each(Object.entries(misses))('miss: %s', async (_, bytes) => expect(await rulesOf(bytes)).toEqual([]));
});
