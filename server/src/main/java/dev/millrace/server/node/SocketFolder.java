package dev.millrace.server.node;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sockets of the workers lie: in the data folder, whose owner is the node alone. Where
 * its path is too long for the address of a socket, or its disk holds none, in a temporary folder.
 * That one holds a locked file as long as its node lives, so that the next start knows which ones
 * killed nodes left, and deletes those.
 */
final class SocketFolder implements AutoCloseable {

  /** Of the folder, in bytes: a socket's name takes up to 49 of the 100 that every system has. */
  static final int LONGEST_PATH = 51;

  static final String TEMPORARY = "millrace-sockets-";
  static final String OWNER = "owner.lock";

  private static final Logger LOG = LoggerFactory.getLogger(SocketFolder.class);
  private static final String NAME = "sockets";
  private static final String UNFINISHED = "millrace-new-";
  private static final String PROBE = "probe.sock";
  private static final DirectoryStream.Filter<Path> EMPTY = SocketFolder::isEmptyFolder;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final @Nullable FileChannel owner;

  private SocketFolder(Path path, @Nullable FileChannel owner) {
    this.path = path;
    this.owner = owner;
  }

  /**
   * Finds the place and cleans it.
   *
   * @param data the node's folder, absolute; nobody else may use it meanwhile
   * @param temporary where a temporary one is made if it must be
   */
  static SocketFolder open(Path data, Path temporary) throws IOException {
    removeLeftOnes(temporary);
    Path inData = data.resolve(NAME);
    if (fits(inData) && takesSockets(inData)) {
      return new SocketFolder(inData, null);
    }
    LOG.info("the sockets of the workers lie in {}: {} cannot hold them", temporary, inData);
    return temporary(temporary);
  }

  private static boolean fits(Path folder) {
    return folder.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
  }

  /** Some disks that are shared with another system take files and no sockets. */
  private static boolean takesSockets(Path folder) {
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, OWNER_ONLY);
      }
      removeSockets(folder);
      Path probe = folder.resolve(PROBE);
      try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        socket.bind(UnixDomainSocketAddress.of(probe));
      }
      Files.delete(probe);
      return true;
    } catch (IOException refused) {
      LOG.warn("{} takes no socket: {}", folder, refused.toString());
      return false;
    }
  }

  private static SocketFolder temporary(Path parent) throws IOException {
    // Under its name only once it is locked: what has the name and no lock is nobody's.
    Path made = Files.createTempDirectory(parent, UNFINISHED, OWNER_ONLY);
    String suffix = made.getFileName().toString().substring(UNFINISHED.length());
    FileChannel owner =
        FileChannel.open(
            made.resolve(OWNER), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    owner.lock();
    return new SocketFolder(Files.move(made, parent.resolve(TEMPORARY + suffix)), owner);
  }

  private static void removeLeftOnes(Path parent) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, TEMPORARY + "*")) {
      for (Path folder : found) {
        removeIfLeft(folder);
      }
    }
  }

  private static void removeIfLeft(Path folder) {
    Path lock = folder.resolve(OWNER);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel owner = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = owner.tryLock()) {
      if (free != null) {
        remove(folder);
        LOG.info("deleted {}, which a node left that is gone", folder);
      }
    } catch (OverlappingFileLockException ours) {
      LOG.debug("{} is in use by this process", folder);
    } catch (IOException notOurs) {
      LOG.debug("{} stays: {}", folder, notOurs.toString());
    }
  }

  private static void remove(Path folder) throws IOException {
    removeSockets(folder);
    Files.deleteIfExists(folder.resolve(OWNER));
    // Stays when something else lies in it, such as the report of a crash.
    Files.delete(folder);
  }

  private static void removeSockets(Path folder) throws IOException {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, "*.sock")) {
      for (Path socket : sockets) {
        Files.deleteIfExists(socket);
      }
    }
    removeEmptyFolders(folder);
  }

  /** It is the workers' temporary folder too, and one that is killed tidies up nothing. */
  private static void removeEmptyFolders(Path folder) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, EMPTY)) {
      for (Path empty : folders) {
        Files.delete(empty);
      }
    }
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      return !children.iterator().hasNext();
    }
  }

  Path path() {
    return path;
  }

  /** Deletes what a node in good order leaves. */
  @Override
  public void close() {
    try {
      if (owner == null) {
        removeSockets(path);
      } else {
        remove(path);
        owner.close();
      }
    } catch (IOException failed) {
      LOG.warn("{} stays: {}", path, failed.toString());
    }
  }
}
