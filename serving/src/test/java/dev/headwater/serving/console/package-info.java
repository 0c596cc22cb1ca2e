/**
 * The console in a real browser, against a real node with a real broker and store. Without a
 * browser these tests skip themselves and say so.
 */
@NullMarked
package dev.headwater.serving.console;

import org.jspecify.annotations.NullMarked;
