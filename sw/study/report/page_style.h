// The look of the report's page: on a phone, a screen and paper.
#pragma once

namespace quell::study {

inline constexpr const char* page_style = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 84rem; background: #fff; color: #1a1a1a;
       font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid #0072b2; overflow-wrap: anywhere; }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { max-width: 48rem; margin: .5rem 0; overflow-wrap: anywhere; }
.banner { font-size: 1.25rem; font-weight: 700; padding: .6rem .9rem; max-width: none; background: #fff3cd;
          border-left: .4rem solid #d55e00; }
.quiet { color: #555; font-size: .9rem; }
nav.contents { margin: .75rem 0; padding: .5rem .8rem; border-left: .25rem solid #0072b2; background: #f7f7f7; font-size: .9rem; }
nav.contents p { margin: .3rem 0 0; font-weight: 600; }
nav.contents ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; }
dl.highlights { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; }
dl.highlights div { padding: .5rem .7rem; background: #f2f6fa; border-radius: .3rem; display: flex;
                    flex-direction: column-reverse; justify-content: flex-end; }
dl.highlights dt { color: #555; font-size: .85rem; line-height: 1.25; }
dl.highlights dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1.25rem; margin: 1rem 0;
           align-items: start; }
figure { margin: 0; padding: .5rem; border: 1px solid #ddd; border-radius: .3rem; background: #fff; max-width: 46rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .9rem; color: #333; padding: .4rem .25rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.35; }
caption { text-align: left; color: #555; padding-bottom: .3rem; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e3e3e3; }
th { vertical-align: bottom; border-bottom: 2px solid #999; }
td { white-space: nowrap; }
td.long { white-space: normal; min-width: 16rem; max-width: 36rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
tbody tr:nth-child(even) { background: #f7f7f7; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: #00588a; }
footer { margin-top: 3rem; border-top: 1px solid #999; color: #444; font-size: .9rem; }
@media print {
  :root { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  .figures { grid-template-columns: 1fr 1fr; gap: .4rem; }
  figure { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  th, td { padding: .1rem .25rem; white-space: normal; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
)";

}  // namespace quell::study
