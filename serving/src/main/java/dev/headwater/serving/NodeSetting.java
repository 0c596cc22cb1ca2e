package dev.headwater.serving;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What a node is started with.
 *
 * @param config how it is set up
 * @param kafka where the topics are
 * @param registry for all meters
 * @param loader opens models
 * @param clock what time it is
 * @param random draws; shared, used under locks
 * @param tracing for spans; stays its owner's
 */
record NodeSetting(
    ServingConfig config,
    KafkaSettings kafka,
    PrometheusMeterRegistry registry,
    ModelLoader loader,
    Clock clock,
    RandomGenerator random,
    Tracing tracing) {}
