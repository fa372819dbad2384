export { axisX, axisY, dot, lineY, link, plot, rectY, ruleX, ruleY, text } from "@observablehq/plot";
export { hierarchy, treemap } from "d3-hierarchy";
