package dev.headwater.jobs.local;

import java.io.IOException;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Finds checkpoints in any file system that Flink knows. */
public final class Checkpoints {
  private static final String COMPLETE = "_metadata";

  /** Job, checkpoint, {@value #COMPLETE}, and one folder for savepoints. */
  private static final int DEPTH = 4;

  private Checkpoints() {}

  /**
   * Returns the newest complete checkpoint or savepoint.
   *
   * @param directory address of a job's checkpoints: {@code file:/…}, {@code s3://…}
   * @return its address, null where there is none
   */
  public static @Nullable String newest(String directory) throws IOException {
    Path root = new Path(directory);
    FileStatus newest = newest(root.getFileSystem(), root, DEPTH);
    return newest == null ? null : newest.getPath().getParent().toString();
  }

  private static @Nullable FileStatus newest(FileSystem files, Path folder, int depth)
      throws IOException {
    FileStatus[] entries = files.exists(folder) ? files.listStatus(folder) : null;
    FileStatus newest = null;
    for (FileStatus entry : entries == null ? new FileStatus[0] : entries) {
      FileStatus found = null;
      if (entry.isDir()) {
        found = depth > 1 ? newest(files, entry.getPath(), depth - 1) : null;
      } else if (entry.getPath().getName().equals(COMPLETE)) {
        found = entry;
      }
      if (found != null
          && (newest == null || found.getModificationTime() > newest.getModificationTime())) {
        newest = found;
      }
    }
    return newest;
  }
}
