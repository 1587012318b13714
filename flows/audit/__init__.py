"""Everything on one account, for somebody who must prove what was done."""
