package dev.headwater.serving;

import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.items.RecordFiles;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.users.RocksUsers;
import dev.headwater.serving.users.UserArchive;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows: followers write it, answers are made from it.
 *
 * @param domains by name
 * @param rejections why items were refused
 * @param quality how good the answers are
 * @param files where what is known of items lies
 * @param usersOnDisk where users go that are not in memory; null: nowhere
 */
record NodeState(
    Domains domains,
    Rejections rejections,
    QualityWindows quality,
    RecordFiles files,
    @Nullable RocksUsers usersOnDisk) {
  private static final int REJECTIONS_MAX = 100_000;

  /** Windows of a domain that people can look back over: four hours of 5 s. */
  private static final int QUALITY_WINDOWS_MAX = 2_880;

  static NodeState of(ServingConfig config) {
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
        onDisk);
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
