package dev.headwater.bench.cli;

import picocli.CommandLine.Command;

/** {@code bench}: how fast the parts are, on this machine, now. */
@Command(
    name = "bench",
    description = "Measure a part on this machine, with a broker of its own unless --bootstrap.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchTrainCommand.class,
      BenchMatchCommand.class,
      BenchIngestCommand.class,
      BenchColdStartCommand.class,
      BenchFineTuneCommand.class,
      BenchCheckpointCommand.class,
      BenchDomainsCommand.class,
      BenchStoreCommand.class,
      BenchFormatsCommand.class,
      BenchServeCommand.class,
      BenchShardsCommand.class,
      BenchSignalsCommand.class,
      BenchWithdrawCommand.class,
      BenchFalseAlarmsCommand.class,
      BenchUnknownItemsCommand.class
    })
final class BenchCommand {}
