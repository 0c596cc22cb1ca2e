/**
 * The nodes of a divided serving: which of them holds what, as their beats in a topic say, and how
 * one is asked so that a replica that dies costs no answer. It knows neither HTTP nor Kafka
 * consumers: what sends and what waits are given to it, so that a simulation can stand in.
 */
@NullMarked
package dev.headwater.serving.nodes;

import org.jspecify.annotations.NullMarked;
