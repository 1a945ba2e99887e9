package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderContents.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What lies in a version's folder, held file by file against what must lie there. */
record Differences(String name, String version) {

  List<Mismatch> between(FolderContents found, FolderContents expected) {
    List<Mismatch> mismatches = new ArrayList<>();
    TreeSet<String> paths = new TreeSet<>(found.byPath().keySet());
    paths.addAll(expected.byPath().keySet());
    for (String path : paths) {
      compare(path, found.file(path), expected.file(path), mismatches);
    }
    return mismatches;
  }

  private void compare(
      String path, @Nullable Entry found, @Nullable Entry expected, List<Mismatch> mismatches) {
    if (expected == null) {
      mismatches.add(mismatch(path, "a file that was not added", "none"));
    } else if (found == null) {
      mismatches.add(mismatch(path, "missing or refused", expected.size() + " bytes"));
    } else if (found.size() != expected.size()) {
      mismatches.add(mismatch(path, found.size() + " bytes", expected.size() + " bytes"));
    } else if (!found.sha256().equals(expected.sha256())) {
      mismatches.add(mismatch(path, "SHA-256 " + found.sha256(), expected.sha256()));
    }
  }

  private Mismatch mismatch(String file, String found, String expected) {
    return new Mismatch(name, version, file, found, expected);
  }
}
