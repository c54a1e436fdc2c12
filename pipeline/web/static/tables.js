// What Datasette's table.js asks for; its own page says it in a script of the page, which our policy doesn't run.
var DATASETTE_ALLOW_FACET = true;
