package dev.headwater.launcher.cli;

import picocli.CommandLine.Command;

/**
 * The root of all verbs; modules of the lab add theirs ({@link
 * dev.headwater.platform.cli.VerbProvider}).
 */
@Command(
    name = "headwater",
    description = "A streaming online-learning recommender.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    subcommands = {
      DemoCommand.class,
      PretrainCommand.class,
      TuneTextCommand.class,
      FineTuneCommand.class,
      EvaluateCommand.class,
      PublishCommand.class,
      IngestCommand.class,
      JobCommand.class,
      StoreCommand.class,
      ServeCommand.class,
      StandaloneCommand.class,
      LoadCommand.class,
      MapCommand.class,
      TopicsCommand.class,
      LagCommand.class,
      ItemStatusCommand.class,
      DoctorCommand.class,
      VersionCommand.class,
      CompletionCommand.class,
      KeysCommand.class,
      DeleteVerbs.User.class,
      DeleteVerbs.Item.class,
      VersionVerbs.Health.class,
      VersionVerbs.Versions.class,
      VersionVerbs.Diff.class,
      VersionVerbs.Verify.class,
      VersionVerbs.Pin.class,
      VersionVerbs.Unpin.class,
      VersionVerbs.Rollback.class,
      VersionVerbs.Retire.class,
      SnapshotVerbs.Snapshot.class,
      SnapshotVerbs.Restore.class
    })
public final class Verbs {}
