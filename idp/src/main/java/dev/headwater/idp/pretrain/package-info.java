/** Pre-training on source domains: sequences of all domains in, a source bundle out. */
@NullMarked
package dev.headwater.idp.pretrain;

import org.jspecify.annotations.NullMarked;
