// The one script: it eases what already works as links and forms. Behaviour hangs on data- attributes, words come with them.
// Each part says at its top what it looks for.
import { draft } from "./draft.js";
import { forms } from "./forms.js";
import { fragments } from "./fragments.js";
import { list } from "./list.js";
import { lookup } from "./lookup.js";
import { menus } from "./menus.js";
import { palette } from "./palette.js";
import { rank } from "./rank.js";
import { session } from "./session.js";

document.documentElement.classList.add("js");
for (const part of [menus, palette, list, fragments, forms, lookup, draft, rank, session]) part();
