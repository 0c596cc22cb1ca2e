package dev.headwater.platform.parts;

import dev.headwater.events.json.Identifiers;
import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** The directory of published bundles, one folder a bundle id, and which of them a domain uses. */
public final class Bundles {
  private Bundles() {}

  /**
   * Checks a bundle and copies it into the directory under its id; there is nothing to do where it
   * already lies there.
   *
   * @throws VerbException when the bundle is missing, truncated, changed or of a newer format
   */
  public static BundleManifest publish(Path bundle, Path directory) throws IOException {
    BundleManifest manifest = open(bundle).manifest();
    Path target = directory.resolve(manifest.bundleId());
    if (Files.exists(target)) {
      open(target);
      return manifest;
    }
    Files.createDirectories(directory);
    // No createTempDirectory: that one is its owner's alone, and Flink reads as another user.
    Path temporary = Files.createDirectory(directory.resolve(".publish-" + UUID.randomUUID()));
    try {
      copy(bundle, temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Utils.delete(temporary.toFile());
    }
    return manifest;
  }

  /** Opens a bundle, with an error made for a person. */
  public static SourceBundle open(Path bundle) {
    try {
      return SourceBundle.open(bundle);
    } catch (BundleException e) {
      throw new VerbException("bundle " + bundle + " cannot be used: " + e.getMessage());
    }
  }

  /** Reads the manifest of a bundle, with an error made for a person. */
  public static BundleManifest manifest(Path bundle) {
    try {
      return SourceBundle.manifest(bundle);
    } catch (BundleException e) {
      throw new VerbException("bundle " + bundle + " cannot be used: " + e.getMessage());
    }
  }

  /** Refuses names that cannot stand in a key. */
  public static void requireDomainName(String domain) {
    if (!Identifiers.isName(domain)) {
      throw new VerbException("'" + domain + "' is not a domain name");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
