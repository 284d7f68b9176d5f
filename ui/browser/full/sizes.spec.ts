import { service } from "../support/given";
import { lookAt } from "../support/looking";
import { viewsOf } from "../support/views";

const demo = service("demo");

lookAt(demo, await viewsOf(demo), [
  ["360 px, light", { width: 360, height: 740, theme: "light" }],
  ["360 px, dark", { width: 360, height: 740, theme: "dark" }],
  ["768 px, light", { width: 768, height: 1024, theme: "light" }],
  ["768 px, dark", { width: 768, height: 1024, theme: "dark" }],
  ["1728 px, light", { width: 1728, height: 1000, theme: "light" }],
  ["1728 px, dark", { width: 1728, height: 1000, theme: "dark" }],
]);
