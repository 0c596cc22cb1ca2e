/**
 * Looks at tables without changing them: comparing two versions, proving one against its manifest.
 * The operator's interface and the tests come in; this room knows the contract of the store and
 * nothing else.
 */
@NullMarked
package dev.headwater.store.inspect;

import org.jspecify.annotations.NullMarked;
