/**
 * One HTTP stack for every door of the product: a table of routes with a role each, who calls
 * (keys, tokens, quotas), how errors read, TLS that is read again, metrics, spans, drain. {@code
 * serving} and {@code model-store} bring their routes and come in; this room knows nothing of what
 * they answer.
 */
@NullMarked
package dev.headwater.http;

import org.jspecify.annotations.NullMarked;
