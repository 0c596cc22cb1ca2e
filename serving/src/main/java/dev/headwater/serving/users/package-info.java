/**
 * What is known of users: their histories, the vectors made from them, and what users took lately
 * all together. Knows neither Kafka nor HTTP.
 */
@NullMarked
package dev.headwater.serving.users;

import org.jspecify.annotations.NullMarked;
