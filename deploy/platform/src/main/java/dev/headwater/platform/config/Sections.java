package dev.headwater.platform.config;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headwater.configuration.Installation;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.serving.config.ServingSettings;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.store.StoreConfig;
import dev.headwater.tracing.TracingConfig;

/** The whole file, each section as the record of the part that it belongs to. */
record Sections(
    @JsonUnwrapped Installation installation,
    AccessSection access,
    IngestConfig.Settings ingest,
    FlinkSettings flink,
    ColdStartConfig.Settings coldStart,
    FineTuneConfig.Settings fineTune,
    StoreConfig.Settings store,
    HeartbeatConfig heartbeats,
    TracingConfig tracing,
    MetricsSection metrics,
    ServingSettings serving) {}
