package dev.headwater.serving;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.config.ServingSettings;
import dev.headwater.serving.follow.Following;
import dev.headwater.serving.follow.SavedState;
import dev.headwater.serving.items.RecordFiles;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.users.RocksUsers;
import dev.headwater.serving.users.UserArchive;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows: followers write it, answers are made from it.
 *
 * @param domains by name
 * @param rejections why items were refused
 * @param quality how good the answers are
 * @param files where what is known of items lies
 * @param usersOnDisk where users go that are not in memory; null: nowhere
 * @param saved what is kept over a restart; null where nothing is
 */
record NodeState(
    Domains domains,
    Rejections rejections,
    QualityWindows quality,
    RecordFiles files,
    @Nullable RocksUsers usersOnDisk,
    @Nullable SavedState saved) {
  private static final int REJECTIONS_MAX = 100_000;

  /** Windows of a domain that people can look back over: four hours of 5 s. */
  private static final int QUALITY_WINDOWS_MAX = 2_880;

  static NodeState of(NodeSetting setting) {
    ServingConfig config = setting.config();
    ServingLimits limits = config.limits();
    RocksUsers onDisk = onDisk(config.users());
    RecordFiles files = files(config.users());
    Domains domains =
        new Domains(
            config.domains(),
            limits.domainsMax(),
            limits.usersMax(),
            config.settings().popularityWindow(),
            config.settings().arms(),
            onDisk == null ? name -> UserArchive.NONE : onDisk::of,
            files::records);
    return new NodeState(
        domains,
        new Rejections(REJECTIONS_MAX),
        new QualityWindows(QUALITY_WINDOWS_MAX),
        files,
        onDisk,
        saved(setting));
  }

  /** Room for what is kept of items, beside the users; in memory without a folder. */
  private static RecordFiles files(ServingConfig.UsersOnDisk users) {
    Path directory = users.directory();
    return new RecordFiles(directory == null ? null : directory.resolveSibling("serving-items"));
  }

  private static @Nullable RocksUsers onDisk(ServingConfig.UsersOnDisk users) {
    Path directory = users.directory();
    return directory == null || users.max() == 0 ? null : new RocksUsers(directory, users.max());
  }

  /**
   * What is saved is of these topics, and of all that this node would take in from them: what it
   * left out then, because of another setting, would be missing for ever.
   */
  private static @Nullable SavedState saved(NodeSetting setting) {
    ServingSettings settings = setting.config().settings();
    Path directory = settings.savedState();
    if (directory == null) {
      return null;
    }
    Map<String, String> read;
    try (TopicAdmin admin = new TopicAdmin(setting.kafka())) {
      read = admin.identifiers(Following.itemTopics(setting.kafka().topics()));
    }
    String madeFor =
        "%s and %d more, %s rows of %s to %s, ranker %s, %s, %s, %s"
            .formatted(
                new TreeSet<>(setting.config().domains()),
                setting.config().limits().domainsMax(),
                settings.rowPrecision(),
                settings.rowNormMin(),
                settings.rowNormMax(),
                settings.ranker().enabled(),
                ComputeDevice.of(settings.placement().device()),
                setting.config().slice(),
                read);
    return new SavedState(directory, madeFor, setting.clock());
  }

  /** Stops what encodes users. */
  void closeEncoders() {
    for (Domain domain : domains.all()) {
      domain.views().forEach(view -> view.users().encoder().close());
    }
  }

  /** Closes what is on disk; nothing may use it any more. */
  void close() {
    files.close();
    if (usersOnDisk != null) {
      usersOnDisk.close();
    }
  }
}
