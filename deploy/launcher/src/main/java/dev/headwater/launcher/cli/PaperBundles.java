package dev.headwater.launcher.cli;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.report.Pretrained;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bundles that the tables of the paper start from. One that is not in its folder yet is
 * pre-trained, in a quarter of an hour to an hour; one that was cut off goes on. For one thread.
 */
final class PaperBundles implements AutoCloseable {
  /** They end earlier, when validation gets no better. */
  private static final int EPOCHS = 30;

  private final Path folder;
  private final Path data;
  private final List<String> sources;
  private final @Nullable Path textCache;
  private final boolean missingAreMade;
  private final Map<Pretrained, CellWork.Start> opened = new EnumMap<>(Pretrained.class);

  /**
   * Uses a folder.
   *
   * @param folder where each bundle lies below its name
   * @param data a folder with a folder a domain
   * @param sources of all bundles
   * @param textCache where text vectors are kept; null: where {@code pretrain} keeps them
   * @param missingAreMade or asking for one is an error
   */
  PaperBundles(
      Path folder,
      Path data,
      List<String> sources,
      @Nullable Path textCache,
      boolean missingAreMade) {
    this.folder = folder;
    this.data = data;
    this.sources = sources;
    this.textCache = textCache;
    this.missingAreMade = missingAreMade;
  }

  /** Takes a bundle that lies elsewhere. */
  void use(Pretrained which, SourceBundle bundle) {
    opened.put(which, CellWork.Start.of(bundle));
  }

  /** Returns a bundle, pre-trained now if it is not there. */
  CellWork.Start get(Pretrained which) {
    CellWork.Start known = opened.get(which);
    if (known == null) {
      Path path = folder.resolve(which.label());
      if (!Files.isDirectory(path)) {
        make(which, path);
      }
      known = CellWork.Start.of(Bundles.open(path));
      opened.put(which, known);
    }
    return known;
  }

  /** In another place first: one whose texts were not tuned yet must not be taken for it. */
  private void make(Pretrained which, Path path) {
    if (!missingAreMade) {
      throw new VerbException("the bundle %s is not in %s".formatted(which.label(), folder));
    }
    PretrainCommand pretrain = new PretrainCommand();
    pretrain.data = data;
    pretrain.sources = sources;
    pretrain.out = folder.resolve(which.label() + ".part");
    pretrain.encoder = which.encoder();
    pretrain.preset = which == Pretrained.PAPER ? Preset.PAPER : Preset.OURS;
    pretrain.epochs = EPOCHS;
    pretrain.resume = true;
    pretrain.textCache = textCache;
    try {
      Files.createDirectories(folder);
      pretrain.call();
      Files.move(pretrain.out, path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the bundle " + path, e);
    }
  }

  /** Returns what is known of those that are there. */
  Map<Pretrained, BundleManifest> manifests() {
    Map<Pretrained, BundleManifest> manifests = new EnumMap<>(Pretrained.class);
    for (Pretrained which : Pretrained.values()) {
      if (opened.containsKey(which) || Files.isDirectory(folder.resolve(which.label()))) {
        manifests.put(which, get(which).from().manifest());
      }
    }
    return manifests;
  }

  @Override
  public void close() {
    opened.values().forEach(CellWork.Start::close);
  }
}
