/// A strategy in Python: a script beside a library that embeds the interpreter.
extension PluginTemplate {
  static let python = PluginTemplate(
    library: "@NAME@.so", plugin: "./@NAME@.so", source: "@NAME@.py",
    needs: "python3 with its headers and numpy, a C compiler and what brhost installs for Python",
    notes: #"""
      The library reads the script beside it when it is opened: build once, then edit. `batch` has every
      declared input as an array of numpy, the parameters as `batch.params.NAME`, and the place in the
      run; an exception ends the run with its traceback. The Makefile takes what is installed with the
      brhost that pkg-config knows as `brhost-plugin`, else what came with the brhost which made this
      folder; `make PYTHON=INTERPRETER` names another Python, such as that of a virtual environment.
      """#,
    ignored: ["__pycache__/"],
    files: [ProjectFile(path: "@NAME@.py", text: source), ProjectFile(path: "Makefile", text: makefile)])

  private static let source = #"""
    """@TITLE@: weighs each sample by a power of its loss."""

    import numpy

    # The manifest: what the method reads ("inputs") and fills ("outputs"), and what '--set' changes ("params").
    STRATEGY = {
        "id": "@NAME@",
        "version": "0.1.0",
        "name": "@TITLE@",
        "summary": "Weighs each sample by a power of its loss.",
        "inputs": [{"name": "loss"}],
        "outputs": ["weight"],
        "params": [
            {
                "name": "power",
                "type": "float",
                "default": 1,
                "min": 0,
                "max": 16,
                "help": "0 weighs all alike; the larger, the more hard samples count.",
            }
        ],
        "deterministic": True,
        "equivariant": True,
    }


    def weigh(batch):
        """The method, and what to replace: returns the weights of one batch."""
        loss = batch.loss.astype(numpy.float64)
        if not numpy.isfinite(loss).all():
            raise ValueError("a loss is not finite")

        # Relative to the largest loss, powers stay within 0 ... 1 whatever the scale, and one of them is 1.
        largest = loss.max()
        relative = numpy.maximum(loss, 0) / largest if largest > 0 else numpy.ones_like(loss)
        powers = relative**batch.params.power
        return powers / powers.sum()

    """#

  private static let makefile = #"""
    # Builds and checks the strategy with python3, a C compiler and what brhost installs for plugins in Python.
    #
    #   make          makes @NAME@.so, which reads @NAME@.py beside it
    #   make check    has 'brhost plugin check' go over both
    #   make clean    removes what was made
    #
    # BRHOST is the program: that on the PATH, else the one that made this folder. BRHOST_INCLUDE is the folder of
    # brhost_plugin.h and BRHOST_PYTHON_KIT that of python.mk: as pkg-config knows them, else where they were then.
    # 'make PYTHON=INTERPRETER' takes another Python, such as that of a virtual environment.

    made_by := @BRHOST@
    made_with := @INCLUDE@
    made_from := @PYTHON@
    BRHOST ?= $(or $(shell command -v brhost 2>/dev/null),$(made_by))
    beside := $(dir $(realpath $(shell command -v $(BRHOST) 2>/dev/null)))..
    BRHOST_INCLUDE ?= $(or $(shell pkg-config --variable=includedir brhost-plugin 2>/dev/null),$(patsubst \
      %/brhost_plugin.h,%,$(wildcard $(beside)/include/brhost_plugin.h)),$(made_with))
    BRHOST_PYTHON_KIT ?= $(or $(shell pkg-config --variable=pythondir brhost-plugin 2>/dev/null),$(wildcard \
      $(beside)/share/brhost/python),$(made_from))
    HEADER = $(BRHOST_INCLUDE)

    all: @NAME@.so

    include $(BRHOST_PYTHON_KIT)/python.mk

    check: @NAME@.so
    \#t'$(BRHOST)' plugin check ./@NAME@.so

    clean:
    \#t$(RM) -r @NAME@.so __pycache__

    .PHONY: all check clean

    """#
}
