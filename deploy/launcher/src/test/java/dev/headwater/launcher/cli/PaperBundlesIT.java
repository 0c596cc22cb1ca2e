package dev.headwater.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.report.Pretrained;
import dev.headwater.launcher.TinyDomain;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperBundlesIT {
  private final Path folder;
  private final Path known;
  private final Path data;

  PaperBundlesIT(@TempDir Path temporary) throws IOException {
    data = temporary.resolve("data");
    folder = temporary.resolve("bundles");
    known = temporary.resolve("cells");
    TinyDomain.write(data.resolve("small"));
  }

  private PaperBundles bundles(boolean missingAreMade) {
    return new PaperBundles(
        folder, known, data, List.of("small"), folder.resolveSibling("texts"), missingAreMade);
  }

  @Test
  void oneThatIsMissingIsPretrainedOnceWithTheEncoderOfItsName() throws IOException {
    Path made = folder.resolve("gru4rec");
    try (PaperBundles bundles = bundles(true)) {
      assertThat(bundles.manifests()).isEmpty();
      assertThat(bundles.start(Pretrained.GRU4REC).from().manifest().encoderKind())
          .isEqualTo("gru4rec");
      assertThat(bundles.manifests()).containsOnlyKeys(Pretrained.GRU4REC);
    }
    assertThat(folder.resolve("gru4rec.part")).doesNotExist();
    FileTime first = Files.getLastModifiedTime(made.resolve("manifest.json"));
    try (PaperBundles bundles = bundles(false)) {
      assertThat(bundles.start(Pretrained.GRU4REC).from().manifest().bundleId())
          .isEqualTo(Bundles.open(made).manifest().bundleId());
    }
    assertThat(Files.getLastModifiedTime(made.resolve("manifest.json"))).isEqualTo(first);
  }

  @Test
  void oneWhoseRowsStartFromTextsSaysHowTheyFollowThem() {
    try (PaperBundles bundles = bundles(true)) {
      assertThat(bundles.start(Pretrained.TEXTS).from().isSloped()).isTrue();
    }
  }

  @Test
  void whatStoodInOneIsToldWithoutIt() throws IOException {
    BundleManifest made;
    try (PaperBundles bundles = bundles(true)) {
      made = bundles.start(Pretrained.OURS).from().manifest();
    }
    Utils.delete(folder.toFile());
    try (PaperBundles bundles = bundles(false)) {
      assertThat(bundles.manifest(Pretrained.OURS)).isEqualTo(made);
      assertThat(bundles.manifests()).containsOnlyKeys(Pretrained.OURS);
    }
    try (PaperBundles bundles = bundles(true)) {
      assertThat(bundles.start(Pretrained.OURS).from().manifest().bundleId())
          .as("made again, it is the same, and so are the cells that start from it")
          .isEqualTo(made.bundleId());
    }
  }

  @Test
  void oneThatLiesElsewhereIsToldOfAfterwards() throws IOException {
    Path elsewhere = folder.resolveSibling("elsewhere");
    BundleManifest given;
    try (PaperBundles bundles = bundles(true)) {
      given = bundles.start(Pretrained.GRU4REC).from().manifest();
      Files.move(folder.resolve("gru4rec"), elsewhere);
    }
    try (PaperBundles bundles = bundles(false)) {
      bundles.use(Pretrained.OURS, elsewhere);
      assertThat(bundles.manifests()).containsKey(Pretrained.OURS);
      assertThat(known.resolve("ours")).as("no cell was made of it").doesNotExist();
      bundles.start(Pretrained.OURS);
    }
    try (PaperBundles bundles = bundles(false)) {
      assertThat(bundles.manifest(Pretrained.OURS)).isEqualTo(given);
    }
  }

  /** A process that ended between a directory and what goes into it. */
  @Test
  void whatWasBegunToBeKeptIsNotTakenForAManifest() throws IOException {
    Files.createDirectories(known.resolve("ours"));
    try (PaperBundles bundles = bundles(true)) {
      assertThat(bundles.manifests()).isEmpty();
      assertThat(bundles.manifest(Pretrained.OURS).encoderKind()).isEqualTo("sasrec");
    }
  }

  @Test
  void oneThatIsMissingIsAnErrorWhereNothingIsToBeMade() {
    try (PaperBundles bundles = bundles(false)) {
      assertThatThrownBy(() -> bundles.start(Pretrained.PAPER))
          .isInstanceOf(VerbException.class)
          .hasMessageContaining("the bundle paper is not in");
    }
    assertThat(folder).doesNotExist();
  }
}
