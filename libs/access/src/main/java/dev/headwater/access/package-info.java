/**
 * Who may call: API keys and tokens, the role each has, the domains and quotas it is held to, and
 * the certificates that servers show and clients trust. Servers come in here; this room knows no
 * HTTP server, no domain data and no Kafka.
 */
@NullMarked
package dev.headwater.access;

import org.jspecify.annotations.NullMarked;
