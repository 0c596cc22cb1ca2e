/**
 * The method: IDP, ID-centric pre-training. Other modules come in through the rooms below; this
 * module knows none of them, and neither Kafka, Flink, HTTP nor RocksDB.
 */
@NullMarked
package dev.headwater.idp;

import org.jspecify.annotations.NullMarked;
