/** Tuning a bundle on one domain, and the bundle that comes of it. */
@NullMarked
package dev.headwater.idp.finetune;

import org.jspecify.annotations.NullMarked;
