/**
 * The cross-domain ID matcher: finds the known items whose text is nearest and carries their ID
 * embeddings over to a new item (IDP, section 3), and the rule by which a domain's new items get
 * their rows, {@link dev.headwater.idp.cdim.ColdStartRows}. It knows text vectors and embeddings,
 * not how either was made.
 */
@NullMarked
package dev.headwater.idp.cdim;

import org.jspecify.annotations.NullMarked;
