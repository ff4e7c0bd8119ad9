/// Writes one small collection in all forms that are imported, with the programs that people use for it: Python's
/// pickle, tarfile and gzip, numpy, Pillow. The folder is its argument; what is expected goes into `expected`.
let sourceWriter = """
  import gzip, io, os, pickle, struct, sys, tarfile
  import numpy as np
  os.chdir(sys.argv[1])
  random = np.random.default_rng(5)

  class Python2(pickle._Pickler):
      '''Writes texts as the cPickle of Python 2 did, in which CIFAR was published.'''
      dispatch = dict(pickle._Pickler.dispatch)
      def text(self, value):
          n = len(value)
          self.write((b'U' + bytes([n]) if n < 256 else b'T' + struct.pack('<i', n)) + value)
          self.memoize(value)
      dispatch[bytes] = text
      dispatch[str] = lambda self, value: self.text(value.encode())

  def pickled(value, protocol):
      if protocol != 2: return pickle.dumps(value, protocol)
      out = io.BytesIO()
      Python2(out, 2).dump(value)
      return out.getvalue().replace(b'numpy._core.multiarray', b'numpy.core.multiarray')

  def save(path, content):
      os.makedirs(os.path.dirname(path), exist_ok=True)
      with open(path, 'wb') as file: file.write(content)

  def expect(name, x, y, part):
      os.makedirs('expected', exist_ok=True)
      np.savez(f'expected/{name}_{part}.npz', x=x, y=y.astype(np.int64))

  def cifar(name, classes, count):
      labels = random.permutation(np.arange(count) % classes)
      pixels = random.integers(0, 256, (count, 3072), dtype=np.uint8)
      return pixels, labels

  def hwc(pixels): return pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)

  for classes, count in ((10, 20), (100, 120)):
      name = f'cifar{classes}'
      sets = {'train': cifar(name, classes, count), 'test': cifar(name, classes, 5)}
      for part, (pixels, labels) in sets.items():
          expect(name, hwc(pixels), labels, part)
          batches = range(5) if classes == 10 and part == 'train' else range(1)
          for i in batches:
              rows = slice(4 * i, 4 * i + 4) if len(batches) == 5 else slice(None)
              p, l = pixels[rows], labels[rows]
              stem = (f'data_batch_{i + 1}' if part == 'train' else 'test_batch') if classes == 10 else part
              columns = [l // 5, l] if classes == 100 else [l]
              record = np.concatenate([np.stack(columns, 1).astype(np.uint8), p], 1)
              save(f'{name}-bin/{stem}.bin', record.tobytes())
              for protocol in (2, 3, 4):
                  text = (lambda s: s) if protocol == 2 else str.encode
                  data = np.asfortranarray(p) if protocol == 3 else p
                  batch = {text('batch_label'): text('a batch'), text('data'): data,
                           text('filenames'): [text('picture_%d.png' % k) for k in range(len(l))]}
                  batch[text('labels' if classes == 10 else 'fine_labels')] = [int(k) for k in l]
                  if classes == 100: batch[text('coarse_labels')] = [int(k) // 5 for k in l]
                  save(f'{name}-py{protocol}/{stem}', pickled(batch, protocol))
      names = [f'class {k}' for k in range(classes)]
      save(f'{name}-bin/' + ('batches.meta.txt' if classes == 10 else 'fine_label_names.txt'),
           ('\\n'.join(names) + '\\n\\n').encode())
      save(f'{name}-py2/' + ('batches.meta' if classes == 10 else 'meta'),
           pickled({'label_names' if classes == 10 else 'fine_label_names': names}, 2))
      with tarfile.open(f'{name}-bin.tar', 'w', format=tarfile.USTAR_FORMAT) as t: t.add(f'{name}-bin')
      with tarfile.open(f'{name}-bin.tar.gz', 'w:gz', format=tarfile.GNU_FORMAT) as t: t.add(f'{name}-bin')
      with tarfile.open(f'{name}-py.tar.gz', 'w:gz', format=tarfile.PAX_FORMAT) as t: t.add(f'{name}-py2')

  def idx(array):
      return struct.pack('>HBB', 0, 8, array.ndim) + struct.pack(f'>{array.ndim}I', *array.shape) + array.tobytes()

  for part, stem, count in (('train', 'train', 30), ('test', 't10k', 7)):
      x = random.integers(0, 256, (count, 9, 6), dtype=np.uint8)
      y = (np.arange(count) % 10).astype(np.uint8)
      expect('idx', x, y, part)
      for kind, values in (('images', x), ('labels', y)):
          name = f'{stem}-{kind}-idx{values.ndim}-ubyte'
          save(f'idx/{name}', idx(values))
          save(f'idx-gz/{name}.gz', gzip.compress(idx(values)))
          save(f'idx-dots/{name.replace("-idx", ".idx")}', idx(values))
          save(f'idx-emnist/emnist-digits-{name.replace("t10k", "test")}.gz', gzip.compress(idx(values)))

  from PIL import Image
  def png(path, image, **options):
      os.makedirs(os.path.dirname(path), exist_ok=True)
      image.save(path, format='PNG', **options)

  names, colors, grays = ['ant', 'bee', 'cat'], {}, {}
  for part, count in (('train', 4), ('test', 2)):
      x = random.integers(0, 256, (3 * count, 5, 7, 3), dtype=np.uint8)
      x[0] = x[0][..., :1]  # a gray image among coloured ones
      g = random.integers(0, 2, (3 * count, 5, 7), dtype=np.uint8) * 255
      y = np.repeat(np.arange(3), count)
      expect('png', x, y, part)
      expect('gray', g, y, part)
      for i in range(3 * count):
          image = Image.fromarray(x[i])
          if i == 0: image = Image.fromarray(x[i][..., 0])
          if i == 1:
              image.putalpha(255)
          if i == 2:
              image = Image.new('P', (7, 5))
              image.putpalette(x[i].tobytes())
              image.putdata(range(35))
          png(f'png/{part}/{names[y[i]]}/{i:03}.png', image)
          gray = Image.fromarray(g[i])
          png(f'gray/{part}/{names[y[i]]}/{i:03}.png', gray.convert('1') if i % 2 else gray)
  save('png/train/.hidden', b'')
  save('png/train/ant/.DS_Store', b'')
  """

/// Compares `NAME_train.npz` and `NAME_test.npz` of the folder in its first argument with what is expected, in the
/// second: pairs NAME=EXPECTED follow.
let datasetReader = """
  import sys
  import numpy as np
  for pair in sys.argv[3:]:
      name, wanted = pair.split('=')
      for part in ('train', 'test'):
          found = np.load(f'{sys.argv[1]}/{name}_{part}.npz')
          expected = np.load(f'{sys.argv[2]}/{wanted}_{part}.npz')
          assert list(found) == ['images', 'labels'], (name, list(found))
          for array, key, dtype in (('images', 'x', np.uint8), ('labels', 'y', np.int64)):
              x, y = found[array], expected[key]
              assert x.dtype == dtype and x.shape == y.shape and (x == y).all(), (name, part, array, x.shape)
  """
