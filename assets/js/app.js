// The one script: it eases what already works as links and forms. Behaviour hangs on data- attributes, words come with them.
import { menus } from "./menus.js";

document.documentElement.classList.add("js");
menus();
