/**
 * Training of encoder and table together on sequences at rest. It knows losses and optimisers; it
 * knows neither domains' words nor bundles.
 */
@NullMarked
package dev.headwater.idp.train;

import org.jspecify.annotations.NullMarked;
