/**
 * How late answers are: publishes heartbeats, takes those that come back past each hop, and says of
 * each hop whether it is live, idle, slow or stopped. The service wires it to its followers, HTTP
 * asks it; it knows neither rows nor users.
 */
@NullMarked
package dev.headwater.serving.lag;

import org.jspecify.annotations.NullMarked;
