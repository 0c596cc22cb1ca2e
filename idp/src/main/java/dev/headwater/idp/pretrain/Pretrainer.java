package dev.headwater.idp.pretrain;

import dev.headwater.idp.Pending;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.data.DomainData;
import java.nio.file.Path;
import java.util.List;

/** Pre-trains on source domains and writes a source bundle. */
public final class Pretrainer {
  /**
   * Runs to the end.
   *
   * @param config settings
   * @param sources one or more source domains
   * @param out directory of the bundle; replaced whole at the end
   * @param listener hears progress
   */
  public BundleManifest run(
      PretrainConfig config, List<DomainData> sources, Path out, ProgressListener listener) {
    return Pending.body();
  }
}
