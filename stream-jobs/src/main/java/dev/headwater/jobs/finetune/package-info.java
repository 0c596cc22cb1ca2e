/**
 * FineTuneJob: learns item embeddings from the stream of histories. The launcher and tests come in
 * through {@code FineTuneJob}. The learning itself ({@code Learner} and what it holds) knows
 * neither Flink nor Kafka; the operator around it knows both.
 */
@NullMarked
package dev.headwater.jobs.finetune;

import org.jspecify.annotations.NullMarked;
