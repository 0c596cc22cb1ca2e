/**
 * Follows Kafka: rows, histories, catalog, dead letters and announcements go into the state. The
 * service starts it; it is the only room of serving that reads from Kafka, and answers nothing.
 */
@NullMarked
package dev.headwater.serving.follow;

import org.jspecify.annotations.NullMarked;
