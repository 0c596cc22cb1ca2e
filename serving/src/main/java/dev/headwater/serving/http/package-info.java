/**
 * The HTTP API on Armeria: one class an endpoint, whose comment is its contract, and what they
 * share: reading parameters and bodies, JSON, problem details. Everybody outside comes in here;
 * this room makes no decision about items.
 */
@NullMarked
package dev.headwater.serving.http;

import org.jspecify.annotations.NullMarked;
