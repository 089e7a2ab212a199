"""What the theme cannot say: the width of the page, numerals that line up, the banner, bars and cards.

Rules hang on `st-key-…` classes, which come from our own keys, so that they outlast Streamlit's markup.
"""

from __future__ import annotations

import streamlit as st

_STYLE = """
<style>
.stApp { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] { max-width: 1120px; margin-inline: auto; }
[data-testid="stMetricLabel"] p { font-size: .9rem; }
[data-testid="stStatusWidget"] { display: none; } /* its Stop ends the drawing of a page, never a list */
:is(.st-key-live_standing, .st-key-live_numbers) [data-stale="true"] { opacity: 1 !important; }
:has(> .st-key-app_gone) { position: absolute; } /* no gap for what is hidden */
.st-key-app_gone { display: none; }
.stApp:is([data-test-connection-state="PINGING_SERVER"], [data-test-connection-state="DISCONNECTED_FOREVER"])
  .st-key-app_gone { display: block; position: fixed; inset: auto 0 0 0; z-index: 9999999; opacity: 0;
  padding: .9rem 1.2rem; text-align: center; background: #0f172a; animation: cl-appear 0s 2s forwards; }
.st-key-app_gone p { color: #ffffff; }
body:has(.stApp:is([data-test-connection-state="PINGING_SERVER"],
  [data-test-connection-state="DISCONNECTED_FOREVER"])) .stDialog:not(:has([data-testid="stVerticalBlock"])) {
  visibility: hidden; } /* what Streamlit says of it, for developers */
@keyframes cl-appear { to { opacity: 1; } } /* not at every short gap of the connection */
.stApp:is([data-test-script-state="running"], [data-test-script-state="rerunRequested"])::before {
  content: ""; position: fixed; inset: 0 0 auto 0; height: 3px; z-index: 9999999; opacity: 0;
  background: linear-gradient(90deg, transparent, #0d8f83, transparent) 0 0 / 40% 100% no-repeat;
  animation: cl-appear 0s 1s forwards, cl-pass 1.4s 1s linear infinite; } /* a page that takes a moment */
@keyframes cl-pass { from { background-position: -70% 0; } to { background-position: 170% 0; } }
.st-key-practice_banner {
  background: rgba(217, 119, 6, .13); border: 1px solid rgba(217, 119, 6, .45);
  border-radius: .5rem; padding: .5rem .9rem; margin-bottom: .5rem;
}
.st-key-practice_banner p { font-weight: 600; }
.st-key-page_lead p { font-size: 1.0625rem; line-height: 1.55; max-width: 46rem; opacity: .86; }
[class*="st-key-chosen_card_"] {
  border-color: #0d8f83 !important; box-shadow: 0 0 0 1px #0d8f83;
}
[class*="st-key-quiet_"] p { opacity: .8; }
[data-testid="stFileUploaderDropzone"] { min-height: 6.5rem; align-items: center;
  border: 1.5px dashed rgba(100, 116, 139, .55); }
@media (max-width: 640px) { /* one under the other, each with its heading, where four columns have no room */
  .st-key-stacked_columns thead { display: none; }
  .st-key-stacked_columns :is(tbody, tr, td) { display: block; width: 100%; }
  .st-key-stacked_columns tbody td { display: flex; gap: .35rem; border: 0 !important;
    padding: .1rem .4rem !important; }
  .st-key-stacked_columns td > * { flex: 1; min-width: 0; width: auto !important; }
  .st-key-stacked_columns tr { border-bottom: 1px solid rgba(100, 116, 139, .25); padding-block: .4rem; }
  .st-key-stacked_columns td:nth-child(1) { font-weight: 600; }
  .st-key-stacked_columns td:nth-child(2)::before { content: "Column:"; opacity: .78; }
  .st-key-stacked_columns td:nth-child(3)::before { content: "Such as:"; opacity: .78; }
}
.cl-bar { display: flex; height: .85rem; width: 100%; border-radius: .45rem; overflow: hidden;
  background: rgba(100, 116, 139, .22); }
.cl-bar > span { display: block; height: 100%; transition: width .6s ease; }
.cl-bar .found { background: #0d8f83; }
.cl-bar .nothing { background: #94a3b8; }
.cl-bar .failed { background: #d97706; }
.cl-bar .waiting { background: rgba(100, 116, 139, .30); }
.cl-bar .unsent, .cl-legend .unsent i { background: repeating-linear-gradient(
  135deg, rgba(100, 116, 139, .38) 0 2px, transparent 2px 6px); }
.cl-legend .unsent i { border: 1px solid rgba(100, 116, 139, .45); }
.cl-legend { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; margin-top: .6rem; font-size: .95rem; }
.cl-legend b { font-weight: 600; }
.cl-legend i { display: inline-block; width: .7rem; height: .7rem; border-radius: .2rem;
  margin-right: .45rem; }
.cl-legend .found i { background: #0d8f83; }
.cl-legend .nothing i { background: #94a3b8; }
.cl-legend .failed i { background: #d97706; }
.cl-legend .waiting i { background: rgba(100, 116, 139, .35); }
.cl-facts-title { font-size: 1rem !important; font-weight: 600; margin: .25rem 0 .35rem; padding: 0; }
.cl-facts { display: grid; grid-template-columns: minmax(8rem, 32%) 1fr; font-size: .95rem;
  margin: 0; padding: 0 !important;
  border-top: 1px solid rgba(100, 116, 139, .25); }
.cl-facts dt, .cl-facts dd { margin: 0 !important; padding: .34rem .5rem .34rem 0; overflow-wrap: anywhere;
  border-bottom: 1px solid rgba(100, 116, 139, .25); }
.cl-facts dt { opacity: .78; font-weight: 400; }
.cl-finds { display: block; }
.cl-finds dt { opacity: 1; padding-bottom: 0; border-bottom: 0; overflow-wrap: break-word; }
.cl-finds dd { padding-top: 0; }
.cl-finds dt bdi:first-child { font-weight: 600; }
.stApp button[kind="tertiary"]:is(:hover, :focus, :active) p { color: light-dark(#0f766e, #5fd6c7); }
.stApp button[data-variant][data-selected="true"] p { color: light-dark(#0f766e, #5fd6c7); }
.stPlotlyChart .annotation-text { fill: light-dark(#0f172a, #e8eef2) !important; }
.stPlotlyChart .annotation:is([data-index$="1"], [data-index$="3"], [data-index$="5"], [data-index$="7"],
  [data-index$="9"]) .annotation-text, .stPlotlyChart .xtick text, .stPlotlyChart .ytick text {
  fill: light-dark(#475569, #a8b6c1) !important; }
.stPlotlyChart .barlayer .trace:first-child path { fill: light-dark(#eef2f4, #1f2a31) !important; }
.stPlotlyChart .gridlayer path { stroke: light-dark(#eef2f4, #1f2a31) !important; }
.cl-notify-box > * { display: none; font-size: .9rem; }
.cl-notify { font: inherit; font-size: .9rem; color: inherit; background: transparent;
  padding: .3rem .7rem; cursor: pointer;
  border: 1px solid rgba(100, 116, 139, .55); border-radius: .5rem; }
.cl-notify:hover, .cl-notify:focus-visible { outline: 2px solid #0d8f83; outline-offset: 1px; }
[data-notify="default"] .cl-notify, [data-notify="granted"] .cl-notify-on,
[data-notify="denied"] .cl-notify-off { display: inline-block; }
[data-testid="stTable"] td { vertical-align: top; min-width: 4.5rem; }
[data-testid="stTable"] td:nth-child(n), [data-testid="stTable"] td:nth-child(n) * {
  overflow-wrap: anywhere; }
.stApp [role="tab"][aria-selected="true"] p { color: light-dark(#0f766e, #5fd6c7); }
[data-testid="stCaptionContainer"]:has(a) { opacity: .86; } /* a link is as faint as the text around it */
[data-testid="stCaptionContainer"] a { color: light-dark(#0b5d57, #5fd6c7) !important; }
[data-testid="stPageLink"] :is(a, span, div, p) { white-space: normal; overflow-wrap: anywhere; }
[data-testid="stButton"] button p { white-space: normal; overflow: visible; text-overflow: clip; }
[data-testid="stMetricValue"] > div { white-space: normal; overflow: visible; text-overflow: clip; }
[data-testid="stMetricValue"] p { white-space: normal; }
[data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] [class*="_card_"]) { flex-wrap: wrap; }
[data-testid="stHorizontalBlock"] > [data-testid="stColumn"]:has([class*="_card_"]) {
  flex: 1 1 11.25rem; min-width: min(11.25rem, 100%); }
[data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] [class*="st-key-chart_of_"]) {
  flex-wrap: wrap; }
[data-testid="stHorizontalBlock"] > [data-testid="stColumn"]:has([class*="st-key-chart_of_"]) {
  flex: 1 1 20rem; min-width: min(20rem, 100%); }
.st-key-balance_line > :last-child { min-width: min(14rem, 100%); }
[data-testid="stFileUploaderDropzone"] span, [data-testid="stFileUploaderDropzone"] div {
  white-space: normal; overflow: visible; }
.st-key-balance_line { flex-wrap: wrap; row-gap: .5rem; }
@media (prefers-reduced-motion: reduce) {
  .cl-bar > span { transition: none; }
  .stApp::before { animation: cl-appear 0s 1s forwards !important; background: #0d8f83 !important; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-inline: 1rem; }
  .cl-facts:not(.cl-finds) { grid-template-columns: minmax(6.25rem, 28%) 1fr; }
}
</style>
"""


def draw_style() -> None:
    st.html(_STYLE)
