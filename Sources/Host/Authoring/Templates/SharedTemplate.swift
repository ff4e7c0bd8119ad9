/// The files that strategies in all languages have.
extension PluginTemplate {
  static let shared = [
    ProjectFile(path: "README.md", text: readme),
    ProjectFile(path: ".gitignore", text: "@IGNORED@\n"),
    ProjectFile(path: ".github/workflows/check.yml", text: workflow),
  ]

  private static let readme = #"""
    # @TITLE@

    `@NAME@` is a strategy for brhost, in @LANGUAGE@. In each batch a sample counts by a power of its loss:

        weight_i = loss_i^power / sum over the batch of loss_j^power

    The larger the parameter `power`, the more the hard samples count; 0 weighs all alike. Where no loss is above
    zero, all samples weigh the same.

    ## Build, check, try

        make
        make check
        brhost plugin info @PLUGIN@
        brhost train --dataset digits-lt --strategy @PLUGIN@ --set power=2

    `make` needs @NEEDS@. It makes `@LIBRARY@`.
    `make check` goes over the contract between host and strategy, and names what does not keep it. `brhost report
    runs` shows the run beside others, such as one with `--strategy erm`.

    ## Make it yours

    The method is the function `weigh` in [@SOURCE@](@SOURCE@):
    replace what it does.

    - Weights are finite, not negative and not all zero. The loss of the batch is exactly the sum of weight times
      loss, so weights that add up to 1 keep the meaning of the learning rate.
    - What else a method may read, such as `target`, `class_count` or `cosine`, is listed in `brhost_plugin.h`.
      Name it among the `inputs` of the manifest; the host computes only what is named there.
    - A parameter is an entry of `params`, and `--set NAME=VALUE` on the command line.
    - `deterministic` and `equivariant` are promises that `make check` tries. Take back what your method does not
      keep.

    @NOTES@

    `.github/workflows/check.yml` builds and checks every change, on a runner where brhost is installed.

    """#

  private static let workflow = #"""
    # Builds and checks the strategy on every change.
    #
    # The runner, or the image that its jobs run in, has brhost on the PATH, make, and what the README says that
    # 'make' needs. Change 'runs-on' to the labels of yours, or name its image:
    #
    #     container: IMAGE
    name: check
    on: [push, pull_request]

    jobs:
      check:
        runs-on: [self-hosted, linux]
        steps:
          - uses: actions/checkout@v4
          - run: brhost --version
          - run: make
          - run: make check

    """#
}
