/** Judging a model: ranks in the full catalog and among samples. It trains nothing. */
@NullMarked
package dev.headwater.idp.eval;

import org.jspecify.annotations.NullMarked;
