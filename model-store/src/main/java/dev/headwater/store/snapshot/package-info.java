/**
 * Snapshots of a store's directory and their way to another node.
 *
 * <pre>
 *   checkpoint (hard links) ─► manifest.json: size and SHA-256 of each file, tables with checksums,
 *                              offsets ─► served over HTTP with ranges
 *   fetch (resumes a file where it stopped) ─► check ─► directory of a new node ─► tail of the topics
 * </pre>
 *
 * <p>The service, the operator's interface and its client come in. Refusals are four: CORRUPT,
 * TRUNCATED, TOO_OLD, TOO_NEW.
 */
@NullMarked
package dev.headwater.store.snapshot;

import org.jspecify.annotations.NullMarked;
