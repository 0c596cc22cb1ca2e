package dev.headwater.serving.follow;

import dev.headwater.idp.bundle.BundleException;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.serving.users.HistoryEncoder;
import java.nio.file.Path;
import java.util.List;

/** Opens models from the bundle directory: one folder a bundle id. */
public final class BundleLoader implements ModelLoader {
  private final Path directory;

  /** Creates one for a directory. */
  public BundleLoader(Path directory) {
    this.directory = directory;
  }

  @Override
  public LoadedModel load(String model) throws ModelUnavailableException {
    try {
      SourceBundle bundle = SourceBundle.open(directory.resolve(model));
      SequenceEncoder encoder = bundle.newEncoder();
      return new LoadedModel(
          new BundleEncoder(new UserEncoder(encoder), encoder.dim(), encoder.maxLength()),
          bundle.manifest().textEncoderId());
    } catch (BundleException e) {
      throw new ModelUnavailableException(
          "bundle " + model + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private record BundleEncoder(UserEncoder encoder, int dim, int maxLength)
      implements HistoryEncoder {
    @Override
    public float[][] encode(List<float[][]> histories) {
      return encoder.encode(histories);
    }

    @Override
    public void close() {
      encoder.close();
    }
  }
}
