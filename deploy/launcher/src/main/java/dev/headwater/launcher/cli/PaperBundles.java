package dev.headwater.launcher.cli;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.pretrain.PretrainConfig.Start;
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
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bundles that the tables of the paper start from. One that is not in its folder yet is
 * pre-trained, in a quarter of an hour to an hour; one that was cut off goes on. Manifests are kept
 * beside the cells, so that what was made of a bundle can be told without it. For one thread.
 */
final class PaperBundles implements AutoCloseable, CellWork.Starts {
  /** They end earlier, when validation gets no better. */
  private static final int EPOCHS = 30;

  private final Path folder;
  private final Path known;
  private final Path data;
  private final List<String> sources;
  private final @Nullable Path textCache;
  private final boolean missingAreMade;
  private final Map<Pretrained, Path> elsewhere = new EnumMap<>(Pretrained.class);
  private final Map<Pretrained, CellWork.Start> opened = new EnumMap<>(Pretrained.class);

  /**
   * Uses a folder.
   *
   * @param folder where each bundle lies below its name
   * @param known where the manifest of each is kept below its name
   * @param data a folder with a folder a domain
   * @param sources of all bundles
   * @param textCache where text vectors are kept; null: where {@code pretrain} keeps them
   * @param missingAreMade or asking for one is an error
   */
  PaperBundles(
      Path folder,
      Path known,
      Path data,
      List<String> sources,
      @Nullable Path textCache,
      boolean missingAreMade) {
    this.folder = folder;
    this.known = known;
    this.data = data;
    this.sources = sources;
    this.textCache = textCache;
    this.missingAreMade = missingAreMade;
  }

  /** Takes a bundle that lies elsewhere. */
  void use(Pretrained which, Path bundle) {
    elsewhere.put(which, bundle);
  }

  /** Returns a bundle, pre-trained now if it is not there. */
  @Override
  public CellWork.Start start(Pretrained which) {
    Path path = place(which);
    CellWork.Start start = opened.get(which);
    if (start == null) {
      if (!Files.isDirectory(path)) {
        make(which, path);
      }
      start = CellWork.Start.of(Bundles.open(path));
      opened.put(which, start);
    }
    keep(which, path);
    return start;
  }

  /** Returns what stands in one that is there, or was; it is pre-trained now if it never was. */
  @Override
  public BundleManifest manifest(Pretrained which) {
    return told(which).orElseGet(() -> start(which).from().manifest());
  }

  private Optional<BundleManifest> told(Pretrained which) {
    return Stream.of(place(which), known.resolve(which.label()))
        .filter(path -> Files.isRegularFile(path.resolve(BundleManifest.FILE)))
        .findFirst()
        .map(Bundles::manifest);
  }

  private Path place(Pretrained which) {
    return elsewhere.getOrDefault(which, folder.resolve(which.label()));
  }

  /** What the cells that are made now start from. */
  private void keep(Pretrained which, Path bundle) {
    Path kept = known.resolve(which.label());
    Path fresh = kept.resolve(BundleManifest.FILE + ".tmp");
    try {
      Files.createDirectories(kept);
      Files.copy(bundle.resolve(BundleManifest.FILE), fresh, REPLACE_EXISTING);
      Files.move(fresh, kept.resolve(BundleManifest.FILE), ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the manifest of " + bundle, e);
    }
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
    pretrain.rows = which.isFromTexts() ? Start.TEXTS : Start.RANDOM;
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

  /** Returns what stands in those that are there, or were. */
  Map<Pretrained, BundleManifest> manifests() {
    Map<Pretrained, BundleManifest> manifests = new EnumMap<>(Pretrained.class);
    for (Pretrained which : Pretrained.values()) {
      told(which).ifPresent(manifest -> manifests.put(which, manifest));
    }
    return manifests;
  }

  @Override
  public void close() {
    opened.values().forEach(CellWork.Start::close);
  }
}
