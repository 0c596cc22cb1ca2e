/**
 * Events as platforms have them. An installation declares for a topic of its own where each field
 * of ours stands ({@link dev.headwater.mapping.TopicMapping}); {@link dev.headwater.mapping.Mapper}
 * makes records of the public contract of what is in it, or refuses it with a code. Steps, each a
 * class or two: bytes become a tree ({@link dev.headwater.mapping.Decoder}), the envelope is taken
 * off ({@link dev.headwater.mapping.Envelope}), fields are found and converted, and the result is
 * checked as ingest checks everybody's.
 *
 * <p>Ingest comes in with what it reads from Kafka, the launcher with samples and files. Knows the
 * wire contract and formats; neither Kafka's clients nor any part.
 */
@NullMarked
package dev.headwater.mapping;

import org.jspecify.annotations.NullMarked;
